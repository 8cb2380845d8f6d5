//! JSON Schemas of checked values: those of the contract's types.

/// Gives a type the schema of the contract's type that it holds.
macro_rules! delegate {
    ($type:ty, $contract:ty) => {
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
pub(crate) use delegate;
