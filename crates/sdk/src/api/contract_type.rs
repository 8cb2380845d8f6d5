//! Conversions into the contract's types, which typed mocks and the client's builders take.

/// Gives a type that holds the contract's the conversion into it.
macro_rules! convert {
    ($type:ty, $contract:ty) => {
        /// The contract's type, which mocks take.
        impl From<$type> for $contract {
            fn from(value: $type) -> Self {
                value.0
            }
        }

        /// The contract's type, which mocks take.
        impl From<&$type> for $contract {
            fn from(value: &$type) -> Self {
                value.0.clone()
            }
        }
    };
}
pub(crate) use convert;

/// Gives the contract's page to a page of such entries.
macro_rules! convert_page {
    ($entry:ty, $contract:ty) => {
        /// The contract's type, which mocks take.
        impl From<$crate::Page<$entry>> for $contract {
            fn from(page: $crate::Page<$entry>) -> Self {
                let total_count = page.total_count.and_then(|count| count.try_into().ok());
                let metadata = types::PageMetadata {
                    page_index: None,
                    page_size: None,
                    total_count,
                    extra: serde_json::Map::new(),
                };
                let data = page.entries.into_iter().map(Into::into).collect();
                Self { data, metadata: Some(metadata), extra: serde_json::Map::new() }
            }
        }
    };
}
pub(crate) use convert_page;
