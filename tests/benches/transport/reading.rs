//! Reading users and listing them, beside a plain reqwest loop that does the same.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::Instant;

use avepoint_elements::{Credential, Elements, UserKey};
use serde::Deserialize;
use tokio::runtime::Runtime;

use crate::layers;
use crate::rounds::{IN_FLIGHT, Lane, Loop};
use crate::sample::{CUSTOMER, TENANT, USER, token};
use crate::server::{PAGE, Server};

/// The names of the loops that read users one by one.
pub(crate) const NAMES: [&str; 2] = ["reqwest-reading", "sdk-reading"];

/// The loop of a name, against a server.
pub(crate) fn readings(name: &str, server: SocketAddr) -> Box<dyn Loop> {
    let lanes = IN_FLIGHT as usize;
    if name == NAMES[0] {
        Box::new(vec![Plain::new(server); lanes])
    } else {
        Box::new(vec![Sdk::new(server); lanes])
    }
}

/// Measures both and prints a table.
pub(crate) fn measure(runtime: &Runtime, users: u32, rounds: usize) {
    let server = Server::with_users(users);
    let (plain, sdk) = (Plain::new(server.address), Sdk::new(server.address));
    let each = users / u32::try_from(rounds).expect("rounds are few");
    println!("{rounds} rounds, medians; {users} users in all");
    print_head("SDK");
    let lists = (0..rounds).map(|round| {
        let (mut plain, mut sdk) =
            (|| runtime.block_on(plain.list(users)), || runtime.block_on(sdk.list(users)));
        timed(round, [&mut plain, &mut sdk])
    });
    print("listing", users, &lists.collect::<Vec<_>>());
    let [mut plain, mut sdk] = NAMES.map(|name| readings(name, server.address));
    let reads = (0..rounds)
        .map(|round| timed(round, [&mut || plain.run(runtime, each), &mut || sdk.run(runtime, each)]));
    print("reading", each, &reads.collect::<Vec<_>>());
}

pub(crate) fn print_head(library: &str) {
    let (speed, ratio) = (format!("{library}/s"), format!("{library}/reqwest"));
    println!("{:10} {:>14} {speed:>14} {ratio:>12} {:>18}", "", "reqwest/s", "least to most");
}

/// The seconds of both, which take turns in going first.
pub(crate) fn timed(round: usize, [first, second]: [&mut dyn FnMut(); 2]) -> [f64; 2] {
    let seconds = |run: &mut dyn FnMut()| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    };
    if round.is_multiple_of(2) {
        [seconds(first), seconds(second)]
    } else {
        let second = seconds(second);
        [seconds(first), second]
    }
}

pub(crate) fn print(what: &str, users: u32, seconds: &[[f64; 2]]) {
    let sorted = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values
    };
    let median = |values: &[f64]| values[values.len() / 2];
    let [plain, sdk] = [0, 1].map(|side| median(&sorted(seconds.iter().map(|pair| pair[side]).collect())));
    let ratios = sorted(seconds.iter().map(|[plain, sdk]| sdk / plain).collect());
    let [plain, sdk] = [plain, sdk].map(|seconds| f64::from(users) / seconds);
    let range = format!("{:.3} to {:.3}", ratios[0], ratios[ratios.len() - 1]);
    println!("{what:10} {plain:>14.0} {sdk:>14.0} {:>12.3} {range:>18}", median(&ratios));
}

/// The SDK with its defaults.
#[derive(Clone)]
struct Sdk {
    elements: Elements,
    user: UserKey,
}

impl Sdk {
    fn new(server: SocketAddr) -> Self {
        let builder = Elements::builder().base_url(format!("http://{server}")).allow_loopback_http();
        let elements =
            builder.credential(Credential::access_token(token())).build().expect("it can be built");
        Self { elements, user: layers::user() }
    }

    async fn list(&self, users: u32) {
        let mut list = self.elements.users(&self.user.customer, &self.user.tenant).stream();
        while let Some(user) = list.next().await {
            let user = user.expect("the server lists");
            assert!(user.mail().is_some());
        }
        assert!(
            list.summary().is_complete() && list.summary().distinct == u64::from(users),
            "{}",
            list.summary()
        );
    }
}

impl Lane for Sdk {
    async fn call(&mut self) {
        let user = self.elements.user(&self.user).await.expect("the server reads");
        assert!(user.city().is_some());
    }
}

/// What a program without this library would write.
#[derive(Clone)]
struct Plain {
    http: reqwest::Client,
    url: String,
    token: String,
}

#[derive(Deserialize)]
struct Page {
    data: Vec<Listed>,
    metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    total_count: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "a program reads more than this one shows")]
struct Listed {
    id: String,
    user_principal_name: Option<String>,
    mail: Option<String>,
    display_name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    employee_id: Option<String>,
    location: Option<String>,
    company: Option<String>,
    department: Option<String>,
    mobile: Option<String>,
    job_title: Option<String>,
    is_test_user: Option<bool>,
    age: Option<i64>,
    country_or_region: Option<String>,
    status: Option<Vec<i64>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "a program reads more than this one shows")]
struct User {
    id: String,
    login_name: Option<String>,
    mail: Option<String>,
    employee_id: Option<String>,
    display_name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    job_title: Option<String>,
    company: Option<String>,
    department: Option<String>,
    postal_code: Option<String>,
    country_region: Option<String>,
    state: Option<String>,
    address: Option<String>,
    city: Option<String>,
    manager: Option<String>,
    status: Option<Vec<i64>>,
    is_external: Option<bool>,
}

impl Plain {
    fn new(server: SocketAddr) -> Self {
        Self { http: layers::http(), url: format!("http://{server}"), token: token() }
    }

    async fn list(&self, users: u32) {
        let url = format!("{}/external/v3/um/customers/{CUSTOMER}/tenants/{TENANT}/users/batch", self.url);
        let mut seen = HashSet::new();
        for page in 1.. {
            let request = self.http.post(&url).bearer_auth(&self.token).json(&serde_json::json!({}));
            let request = request.query(&[("pageIndex", page), ("pageSize", PAGE)]);
            let reply = request.send().await.and_then(reqwest::Response::error_for_status).expect("it lists");
            let page: Page = reply.json().await.expect("it is a page");
            assert!(page.data.iter().all(|user| user.mail.is_some()));
            seen.extend(page.data.into_iter().map(|user| user.id));
            if seen.len() >= page.metadata.total_count {
                break;
            }
        }
        assert_eq!(seen.len(), users as usize);
    }
}

impl Lane for Plain {
    async fn call(&mut self) {
        let path = format!("/external/v3/um/customers/{CUSTOMER}/tenants/{TENANT}/users/{USER}");
        let request = self.http.get(self.url.clone() + &path).bearer_auth(&self.token);
        let reply = request.send().await.and_then(reqwest::Response::error_for_status).expect("it reads");
        let user: User = reply.json().await.expect("it is a user");
        assert!(user.city.is_some());
    }
}
