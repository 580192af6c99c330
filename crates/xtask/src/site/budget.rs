//! How much the browser may have to load before a page is alive.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};

use super::folder;

/// In bytes as they are sent to a browser that knows Brotli.
const BUDGETS: [(&str, u64); 3] = [("stylesheet", 30_000), ("script", 15_000), ("program", 250_000)];

/// The sizes of a site.
#[derive(Debug)]
pub(crate) struct Sizes([Size; 3]);

#[derive(Debug)]
struct Size {
    what: &'static str,
    budget: u64,
    plain: u64,
    sent: u64,
}

impl Sizes {
    /// Of the site in a folder.
    pub(super) fn of(site: &Path) -> Result<Self> {
        let [stylesheet, script, program] = folder::files(site)?;
        let [first, second, third] = BUDGETS;
        Ok(Self([Size::of(&stylesheet, first)?, Size::of(&script, second)?, Size::of(&program, third)?]))
    }

    /// A line for each file.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|Size { what, budget, plain, sent }| {
            let [budget, plain, sent] = [budget, plain, sent].map(|bytes| kilobytes(*bytes));
            format!("{what:<10} {sent:>8} of {budget:>8} as sent, {plain:>8} unpacked")
        })
    }

    /// Fails unless every file is within its budget.
    pub(crate) fn within_budgets(&self) -> Result<()> {
        let over: Vec<_> = self.0.iter().filter(|size| size.sent > size.budget).collect();
        if over.is_empty() {
            return Ok(());
        }
        let figures = over.iter().map(|size| {
            let (sent, budget) = (kilobytes(size.sent), kilobytes(size.budget));
            format!("the {} is {sent} with Brotli, of {budget} at most", size.what)
        });
        bail!("the browser has too much to load: {}", figures.collect::<Vec<_>>().join("; "))
    }
}

impl Size {
    fn of(file: &Path, (what, budget): (&'static str, u64)) -> Result<Self> {
        let length = |file: &Path| fs::metadata(file).map(|found| found.len());
        let plain = length(file).with_context(|| format!("could not read {}", file.display()))?;
        // What does not get smaller is sent as it is.
        let sent = length(&file.with_added_extension("br")).unwrap_or(plain);
        Ok(Self { what, budget, plain, sent })
    }
}

fn kilobytes(bytes: u64) -> String {
    format!("{}.{} KB", bytes / 1000, bytes % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_over_its_budget_is_complained_of() {
        let sizes = |program| {
            let size = |what, budget, sent| Size { what, budget, plain: 3 * sent, sent };
            Sizes([
                size("stylesheet", 30_000, 30_000),
                size("script", 15_000, 1),
                size("program", 250_000, program),
            ])
        };
        sizes(250_000).within_budgets().unwrap();
        let error = sizes(250_120).within_budgets().unwrap_err().to_string();
        assert!(error.contains("the program is 250.1 KB with Brotli, of 250.0 KB at most"), "{error}");
        assert!(!error.contains("stylesheet"), "{error}");
        assert_eq!(sizes(1000).lines().count(), 3);
    }
}
