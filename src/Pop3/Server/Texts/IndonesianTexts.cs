namespace Merpati.Pop3.Server.Texts;

/// <summary>Indonesian. Its nouns stay as they are after a number.</summary>
internal static class IndonesianTexts
{
    private static readonly Dictionary<Pop3Phrase, string> Phrases = new()
    {
        [Pop3Phrase.None] = "",
        [Pop3Phrase.Done] = "",
        [Pop3Phrase.Numbers] = "%n %n",
        [Pop3Phrase.Greeting] = "%w server POP3 Merpati siap melayani",
        [Pop3Phrase.SigningOff] = "%w server POP3 mengakhiri sesi",
        [Pop3Phrase.SigningOffWithSomeLeft] = "%w server POP3 mengakhiri sesi (tersisa %m)",
        [Pop3Phrase.SigningOffEmpty] = "%w server POP3 mengakhiri sesi (kotak surat kosong)",
        [Pop3Phrase.MaildropOpened] = "Kotak surat %w berisi %m (%o)",
        [Pop3Phrase.OwnMaildropOpened] = "Kotak surat Anda berisi %m (%o)",
        [Pop3Phrase.MaildropReset] = "Kotak surat berisi %m (%o)",
        [Pop3Phrase.Listing] = "%m (%o)",
        [Pop3Phrase.MessageFollows] = "%o",
        [Pop3Phrase.MessageMarked] = "Pesan %n telah dihapus.",
        [Pop3Phrase.LastRead] = "%n adalah nomor pesan terakhir yang dibaca.",
        [Pop3Phrase.CapabilityList] = "Berikut daftar kemampuan",
        [Pop3Phrase.LanguageList] = "Berikut daftar bahasa",
        [Pop3Phrase.LanguageChosen] = "%w Server sekarang berbahasa Indonesia.",
        [Pop3Phrase.Utf8Mode] = "Mode UTF-8 telah aktif.",
    };

    private static readonly Dictionary<Pop3Rejection, string> Rejections = new()
    {
        [Pop3Rejection.UnknownCommand] = "Perintah tidak dikenal.",
        [Pop3Rejection.LineTooLong] = "Baris perintah terlalu panjang.",
        [Pop3Rejection.NotPrintable] = "Perintah hanya terdiri atas karakter ASCII yang dapat dicetak.",
        [Pop3Rejection.NotUtf8] = "Kata sandi harus dalam UTF-8 tanpa NUL.",
        [Pop3Rejection.BadName] = "Nama pengguna harus dalam UTF-8 tanpa karakter kendali.",
        [Pop3Rejection.NotPop3] = "Ini server POP3.",
        [Pop3Rejection.TooManyArguments] = "Terlalu banyak argumen untuk perintah %w.",
        [Pop3Rejection.MissingArgument] = "Perintah %w kekurangan argumen.",
        [Pop3Rejection.BadLanguageTag] = "Itu bukan penanda bahasa.",
        [Pop3Rejection.UnknownLanguage] = "Server tidak mengenal bahasa itu, LANG menampilkan daftarnya.",
        [Pop3Rejection.NotLoggedIn] = "Silakan masuk terlebih dahulu.",
        [Pop3Rejection.AlreadyLoggedIn] = "Anda sudah masuk.",
        [Pop3Rejection.UserFirst] = "Sebutkan nama Anda terlebih dahulu dengan USER.",
        [Pop3Rejection.TlsRequired] = "Kata sandi hanya diterima melalui sambungan yang aman.",
        [Pop3Rejection.BadLogin] = "Nama pengguna atau kata sandi salah.",
        [Pop3Rejection.LoginUnavailable] = "Saat ini kata sandi tidak dapat diperiksa, coba lagi nanti.",
        [Pop3Rejection.LoginThrottled] = "Terlalu banyak percobaan masuk yang gagal, coba lagi nanti.",
        [Pop3Rejection.MaildropInUse] = "Kotak surat ini sedang dibuka oleh sesi lain.",
        [Pop3Rejection.MaildropUnreadable] = "Saat ini kotak surat tidak dapat dibuka, coba lagi nanti.",
        [Pop3Rejection.MaildropCorrupt] = "Kotak surat rusak, beri tahu administrator Anda.",
        [Pop3Rejection.MaildropGone] = "Kotak surat itu sudah tidak ada.",
        [Pop3Rejection.NotANumber] = "Itu bukan angka.",
        [Pop3Rejection.NumberTooLarge] = "Angka itu terlalu besar.",
        [Pop3Rejection.NoMessageZero] = "Nomor pesan dimulai dari 1.",
        [Pop3Rejection.NoSuchMessage] = "Pesan itu tidak ada, kotak surat hanya berisi %m.",
        [Pop3Rejection.MessageDeleted] = "Pesan %n telah dihapus.",
        [Pop3Rejection.AlreadyDeleted] = "Pesan %n sudah dihapus sebelumnya.",
        [Pop3Rejection.MessageGone] = "Pesan %n sudah tidak ada, pihak lain telah menghapusnya.",
        [Pop3Rejection.MessageUnreadable] = "Saat ini pesan %n tidak dapat dibaca, coba lagi nanti.",
        [Pop3Rejection.MessageCorrupt] = "Pesan %n rusak, beri tahu administrator Anda.",
        [Pop3Rejection.MessageNeedsUtf8] = "Tajuk pesan %n dalam UTF-8, berikan perintah UTF8 sebelum masuk.",
        [Pop3Rejection.NotRemoved] = "sebagian pesan yang dihapus gagal dibuang",
        [Pop3Rejection.TooManyErrors] = "Terlalu banyak kesalahan, sambungan ditutup.",
        [Pop3Rejection.LoginTimedOut] = "Waktu untuk masuk sudah habis, sambungan ditutup.",
        [Pop3Rejection.IdleTimedOut] = "Terlalu lama tanpa perintah, sambungan ditutup, tidak ada yang dihapus.",
        [Pop3Rejection.Draining] = "Server sedang dihentikan, tidak ada yang dihapus.",
        [Pop3Rejection.ServerFull] = "Terlalu banyak sambungan, coba lagi nanti.",
        [Pop3Rejection.AddressFull] = "Terlalu banyak sambungan dari alamat Anda, coba lagi nanti.",
    };

    public static Pop3Texts All { get; } = new(Pop3Language.Indonesian, Phrases, Rejections, (["pesan"], ["byte"]), _ => 0);
}
