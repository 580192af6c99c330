//! The same market for readers of another language.

use browser::play;

#[test]
fn a_reader_changes_the_language_and_stays_where_they_were() {
    play("languages", async |cast| {
        let reader = cast.member("lena").await;
        let title = cast.titled("Lesung");
        let listing = reader.lists(&[("Title", &title), ("Price of one ticket", "1234.50")]).await;
        assert_eq!(reader.language().await, "en");
        reader.sees("$1,234.50").await;
        reader.presses("Deutsch").await;
        assert_eq!((reader.path().await, reader.language().await), (listing.clone(), "de".to_owned()));
        reader.sees(&title).await;
        // Amounts as they are written there.
        reader.sees("1.234,50 $").await;
        reader.follows("Bearbeiten").await;
        assert_eq!(
            (reader.path().await, reader.language().await),
            (format!("{listing}/edit"), "de".to_owned())
        );
        reader.fills("Titel", "   ").await;
        reader.is_refused("Speichern").await;
        reader.is_corrected("Titel", "Titel").await;
        assert_eq!(reader.language().await, "de");

        // A refused form's address answers nobody who only asks for it, so the switch leads to where it was.
        reader.go("/me/orders").await;
        assert_eq!(reader.language().await, "de");
        reader.presses("English").await;
        assert_eq!(
            (reader.path().await, reader.language().await),
            ("/me/orders".to_owned(), "en".to_owned())
        );
    });
}
