//! Progenitor, called with this project's settings, its panics turned into problems.

mod input;

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use openapiv3::{OpenAPI, ReferenceOr};
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypeImpl};
use quote::quote;
use schemars_08::schema::{InstanceType, SchemaObject};

use crate::contract::{Contract, Operation};
use crate::problem::{Problem, Result};

/// The client crate's name as the mocks import it.
const CLIENT_CRATE: &str = "avepoint_elements_client";

/// Formats of texts that progenitor would turn into types of crates that nothing else needs.
const TEXTS: [&str; 3] = ["date", "date-time", "uuid"];

/// The client as progenitor writes it, flaws included.
pub(crate) fn client(contract: &Contract) -> Result<syn::File> {
    generate(contract, |spec| generator().generate_tokens(spec))
}

/// The mocks as progenitor writes them, flaws included.
pub(crate) fn httpmock(contract: &Contract) -> Result<syn::File> {
    generate(contract, |spec| generator().httpmock(spec, CLIENT_CRATE))
}

fn generator() -> Generator {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_tag(TagStyle::Merged)
        // Without this, an implementation of the hooks in the wrong place would be ignored in silence.
        .with_hooks(HooksMode::Expected)
        .with_derive("PartialEq")
        .with_derive("Eq")
        .with_derive("Hash")
        .with_inner_type(quote!(crate::hooks::SharedHooks));
    for format in TEXTS {
        let text = SchemaObject {
            instance_type: Some(InstanceType::String.into()),
            format: Some(format.to_owned()),
            ..SchemaObject::default()
        };
        let like_text = [TypeImpl::Display, TypeImpl::FromStr].into_iter();
        settings.with_conversion(text, "::std::string::String", like_text);
    }
    Generator::new(&settings)
}

type Step = fn(&OpenAPI) -> Result<TokenStream, progenitor::Error>;

fn generate(contract: &Contract, step: Step) -> Result<syn::File> {
    let input = input::document(contract)?;
    let tokens = guarded(&input, step).map_err(|reason| blame(contract, &input, step, &reason))?;
    syn::parse2(tokens).map_err(|error| Problem::new(format!("progenitor's output does not parse: {error}")))
}

/// Runs a step; a refusal and a panic both come back as the reason.
fn guarded(spec: &OpenAPI, step: Step) -> Result<TokenStream, String> {
    let silenced = SilencedPanics::start();
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| step(spec)));
    drop(silenced);
    match outcome {
        Ok(Ok(tokens)) => Ok(tokens),
        Ok(Err(error)) => Err(error.to_string()),
        Err(panic) => Err(panic_message(&*panic)),
    }
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "it panicked".to_owned())
}

/// Progenitor's reasons seldom say where: the operation that fails by itself is the one to name.
fn blame(contract: &Contract, input: &OpenAPI, step: Step, reason: &str) -> Problem {
    let fails = |spec: &OpenAPI| guarded(spec, step).is_err();
    if fails(&only(input, None)) {
        let message = format!("progenitor cannot take the schemas: {reason}");
        return contract.problem("/components/schemas", message);
    }
    let culprit = contract.operations().into_iter().find(|operation| fails(&only(input, Some(operation))));
    match culprit {
        Some(operation) => contract.problem(
            &operation.pointer,
            format!("progenitor cannot take operation `{}`: {reason}", operation.id),
        ),
        None => {
            contract.problem("/paths", format!("progenitor cannot take the operations together: {reason}"))
        }
    }
}

/// The document with one operation, or none.
fn only(input: &OpenAPI, keep: Option<&Operation>) -> OpenAPI {
    let mut spec = input.clone();
    spec.paths.paths.retain(|path, _| keep.is_some_and(|keep| keep.path == *path));
    for item in spec.paths.paths.values_mut() {
        let ReferenceOr::Item(item) = item else { continue };
        let kept = |operation: &openapiv3::Operation| {
            operation.operation_id.as_deref() == keep.map(|keep| keep.id.as_str())
        };
        // The grammar takes no others.
        for method in [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete] {
            method.take_if(|operation| !kept(operation));
        }
    }
    spec
}

thread_local!(static QUIET: Cell<bool> = const { Cell::new(false) });

/// While it lives, panics of this thread print nothing: they are reported as problems.
struct SilencedPanics;

impl SilencedPanics {
    fn start() -> Self {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let loud = panic::take_hook();
            panic::set_hook(Box::new(move |info| {
                if !QUIET.get() {
                    loud(info);
                }
            }));
        });
        QUIET.set(true);
        Self
    }
}

impl Drop for SilencedPanics {
    fn drop(&mut self) {
        QUIET.set(false);
    }
}
