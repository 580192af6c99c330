//! The premise of all other scenarios: browsers run scripts, or do not.

use browser::{Driver, Scripts, on_stage};
use fantoccini::Locator;

use crate::web::{Page, serve};

const PAGE: &str = "<!DOCTYPE html><title>no script ran</title><noscript><p>Scripts are off</p></noscript>\
                    <script>document.title = 'a script ran'</script>";

#[test]
fn browsers_run_scripts_only_if_told_to() {
    on_stage(async {
        let url = serve([("/", Page::plain(PAGE))].into());
        for (scripts, title, said) in
            [(Scripts::Off, "no script ran", &["Scripts are off"][..]), (Scripts::On, "a script ran", &[])]
        {
            let browser = Driver::shared().await.browser(scripts).await;
            browser.goto(&url).await.unwrap();
            assert_eq!(browser.title().await.unwrap(), title, "{scripts:?}");
            let mut seen = Vec::new();
            for paragraph in browser.find_all(Locator::Css("p")).await.unwrap() {
                seen.push(paragraph.text().await.unwrap());
            }
            assert_eq!(seen, said, "{scripts:?}");
            browser.close().await.unwrap();
        }
    });
}
