//! An operation of the contract, as data.

/// What the contract says of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Its `operationId`.
    pub id: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path below the base URL, with `{parameters}`.
    pub path: &'static str,
    /// The permissions that the access token must have.
    pub scopes: &'static [&'static str],
    /// The one status of success.
    pub success: u16,
}

impl Operation {
    /// Whether it only reads: nothing is changed by it, whatever became of a request.
    pub fn reads(&self) -> bool {
        matches!(self.method, "GET" | "HEAD")
    }
}

#[cfg(test)]
mod tests {
    use super::Operation;

    #[test]
    fn what_changes_nothing_is_told_by_its_method() {
        let operation = |method| Operation { id: "x", method, path: "/", scopes: &[], success: 200 };
        assert!(operation("GET").reads() && operation("HEAD").reads());
        assert!(["PUT", "POST", "PATCH", "DELETE"].iter().all(|method| !operation(method).reads()));
    }
}
