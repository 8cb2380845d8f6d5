//! Which operation a request asks for.

use hyper::StatusCode;
use hyper::header::ALLOW;

use crate::api::respond::Refusal;
use crate::contract::operation::Operation;
use crate::contract::route::Capture;
use crate::contract::{Contract, Lookup};
use crate::server::receive::IncomingRequest;

/// A request for an operation of the contract.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) operation: &'a Operation,
    captures: Vec<Capture>,
    query: Vec<(String, String)>,
}

impl<'a> Call<'a> {
    /// Finds the operation that a request asks for.
    pub(crate) fn find(contract: &'a Contract, request: &IncomingRequest) -> Result<Self, Refusal> {
        let (method, path) = (&request.method, request.uri.path());
        match contract.lookup(method, path) {
            Lookup::Found(operation, captures) => {
                let query = request.uri.query().unwrap_or_default();
                let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
                Ok(Self { operation, captures, query })
            }
            Lookup::OtherMethods(methods) => {
                let names: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
                let message = format!("{method} is not a method of {path}");
                let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, message);
                Err(refusal.with_header(ALLOW, names.join(", ")))
            }
            Lookup::Unknown => {
                let message = format!("The contract has no {method} {path}");
                Err(Refusal::new(StatusCode::NOT_FOUND, message))
            }
        }
    }

    /// The value of a path parameter as it came, or `None` if the operation has none of this name.
    pub(crate) fn path_parameter(&self, name: &str) -> Option<&str> {
        self.captures.iter().find(|(other, _)| other == name).map(|(_, text)| text.as_str())
    }

    /// The values of a query parameter, decoded.
    pub(crate) fn query_parameters<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b str> {
        let values = self.query.iter().filter(move |(other, _)| other == name);
        values.map(|(_, text)| text.as_str())
    }

    /// The first value of a query parameter.
    pub(crate) fn query_parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(other, _)| other == name).map(|(_, text)| text.as_str())
    }
}
