//! The premise of all other scenarios: these browsers run no scripts.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
};

use fantoccini::Locator;

use crate::driver::{Driver, Scripts};

const PAGE: &str = "<!DOCTYPE html><title>no script ran</title><noscript><p>Scripts are off</p></noscript>\
                    <script>document.title = 'a script ran'</script>";

/// Serves the page at a loopback address, for as long as this process runs.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            // Connections that a browser opens in advance may close without a word.
            let Ok(mut stream) = stream else { continue };
            let _ = stream.read(&mut [0; 4096]);
            let length = PAGE.len();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
            );
            let _ = stream.write_all(format!("{head}{PAGE}").as_bytes());
        }
    });
    url
}

#[tokio::test]
async fn the_browsers_of_these_tests_run_no_scripts() {
    let url = serve();
    // Its counterpart shows that the page would notice.
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
}
