//! Being told to end: Ctrl-C, and where there are signals, those by which supervisors and terminals end a program.

use std::io;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::os::Signals;

/// Interrupts. Each ends the program, but the first one after a command has begun to [listen](Self::listen).
///
/// A thread of its own takes them, and ends the program itself: no task that is busy, with a large file or a reply without
/// end, delays that.
#[derive(Clone)]
pub(crate) struct Interrupts(Arc<Mutex<Next>>);

/// What the next interrupt does.
enum Next {
    /// It ends the program, which says what that means.
    End(&'static str),
    /// It is the command's; the one after it ends the program with these words.
    Tell(oneshot::Sender<()>, &'static str),
}

impl Interrupts {
    /// Takes interrupts from now on. Each that is no command's calls `end` with what it means.
    pub(crate) fn watch(
        meaning: &'static str,
        end: impl Fn(&'static str) + Send + 'static,
    ) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_io().build()?;
        let mut signals = Signals::of(&runtime)?;
        let interrupts = Self::default();
        *interrupts.next() = Next::End(meaning);
        let next = interrupts.clone();
        let watch = async move {
            while signals.next().await {
                if let Some(meaning) = next.came() {
                    end(meaning);
                }
            }
        };
        std::thread::Builder::new().name("interrupts".to_owned()).spawn(move || runtime.block_on(watch))?;
        Ok(interrupts)
    }

    /// Gives the next interrupt to a command. The second one ends the program with what that means; so does the first,
    /// once the listener is dropped.
    pub(crate) fn listen(&self, second: &'static str) -> Listener {
        let (sender, receiver) = oneshot::channel();
        *self.next() = Next::Tell(sender, second);
        Listener(receiver)
    }

    /// An interrupt came. Says what it means if the program is to end.
    fn came(&self) -> Option<&'static str> {
        let mut next = self.next();
        let (Next::End(meaning) | Next::Tell(_, meaning)) = *next;
        let is_commands = match mem::replace(&mut *next, Next::End(meaning)) {
            Next::Tell(command, _) => command.send(()).is_ok(),
            Next::End(_) => false,
        };
        (!is_commands).then_some(meaning)
    }

    fn next(&self) -> MutexGuard<'_, Next> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Interrupts {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Next::End("interrupted"))))
    }
}

/// Has the one interrupt that is a command's.
pub(crate) struct Listener(oneshot::Receiver<()>);

impl Listener {
    /// Ends with the interrupt; to be awaited until then only.
    pub(crate) async fn interrupt(&mut self) {
        if (&mut self.0).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
