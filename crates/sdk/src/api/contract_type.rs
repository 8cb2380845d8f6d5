//! Conversions into the contract's types, which typed mocks and the client's builders take, and the schemas of these.

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

/// Gives a checked value that holds the contract's type that conversion, and the contract's JSON Schema.
macro_rules! checked {
    ($type:ty, $contract:ty) => {
        $crate::api::contract_type::convert!($type, $contract);

        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                <$contract>::schema_name()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                <$contract>::schema_id()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                <$contract>::json_schema(generator)
            }
        }
    };
}
pub(crate) use checked;

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
