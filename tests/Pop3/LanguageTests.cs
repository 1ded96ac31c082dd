using System.Text;
using Merpati.Pop3.Server.Texts;
using Merpati.Wire.Listening;

namespace Merpati.Pop3.Tests;

/// <summary>LANG (RFC 6856 §3): the words change, the protocol's data never.</summary>
public sealed class LanguageTests
{
    private const string BadTag = "-ERR That is not a language tag.";
    private const string Unknown = "-ERR The server does not know that language, LANG lists those it knows.";

    private static Task PlayAsync(string session, Pop3Language language = Pop3Language.English) => new Transcript(OctetText.Of(session)).PlayEveryWayAsync(
        () => new PostOffice { Options = new() { HostName = "mail.example.org", Language = language } }.Service());

    [Fact]
    public Task LangListsTheLanguagesByTheirOwnNames() => PlayAsync("""
        S: +OK mail.example.org POP3 Merpati ready
        C: LANG
        S: +OK Language listing follows
        S: en English
        S: ru Русский
        S: id Bahasa Indonesia
        S: .
        C: LANG ru
        S: +OK ru Теперь сервер говорит по-русски.
        C: lang
        S: +OK Далее список языков
        S: en English
        S: ru Русский
        S: id Bahasa Indonesia
        S: .
        """);

    [Fact]
    public Task AWholeSessionInRussian() => PlayAsync("""
        S: +OK mail.example.org POP3 Merpati ready
        C: LANG ru
        S: +OK ru Теперь сервер говорит по-русски.
        C: USER alice
        S: +OK
        C: PASS guess
        S: -ERR [AUTH] Неверное имя или пароль.
        C: USER alice
        S: +OK
        c: PASS a pass  phrase \r\n
        S: +OK В ящике alice 2 сообщения (320 байт)
        C: STAT
        S: +OK 2 320
        C: LIST
        S: +OK 2 сообщения (320 байт)
        S: 1 120
        S: 2 200
        S: .
        C: LIST 2
        S: +OK 2 200
        C: UIDL 1
        S: +OK 1 1764000000.11
        C: LAST
        S: +OK 0 — номер последнего прочитанного сообщения.
        C: RETR 1
        S: +OK 120 байт
        S: Subject: life
        S: 
        S: x*x
        S: y*y
        S: .
        C: RETR 3
        S: -ERR Нет такого сообщения, в ящике всего 2 сообщения.
        C: TOP 1
        S: -ERR Команде TOP не хватает аргумента.
        C: DELE 1
        S: +OK Сообщение 1 удалено.
        C: DELE 1
        S: -ERR Сообщение 1 уже удалено.
        C: BOGUS
        S: -ERR Неизвестная команда.
        C: RSET
        S: +OK В ящике 2 сообщения (320 байт)
        C: DELE 2
        S: +OK Сообщение 2 удалено.
        C: QUIT
        S: +OK mail.example.org сервер POP3 завершает сеанс (осталось 1 сообщение)
        S: [closed]
        """);

    [Fact]
    public Task AWholeSessionInIndonesian() => PlayAsync("""
        S: +OK mail.example.org POP3 Merpati ready
        C: LANG id
        S: +OK id Server sekarang berbahasa Indonesia.
        C: USER paul
        S: +OK
        C: PASS guess
        S: -ERR [AUTH] Nama pengguna atau kata sandi salah.
        C: USER paul
        S: +OK
        C: PASS Kukuru23432
        S: +OK Kotak surat paul berisi 6 pesan (12576 byte)
        C: LAST
        S: +OK 0 adalah nomor pesan terakhir yang dibaca.
        C: DELE 4
        S: +OK Pesan 4 telah dihapus.
        C: RETR 4
        S: -ERR Pesan 4 telah dihapus.
        C: RETR x
        S: -ERR Itu bukan angka.
        C: rset 4
        S: -ERR Terlalu banyak argumen untuk perintah RSET.
        C: RSET
        S: +OK Kotak surat berisi 6 pesan (12576 byte)
        C: LANG en
        S: +OK en The server speaks English now.
        C: LAST
        S: +OK 0 is the last read message.
        C: QUIT
        S: +OK mail.example.org POP3 server signing off (6 messages left)
        S: [closed]
        """);

    [Fact]
    public Task TheAdministratorChoosesTheLanguageOfTheGreeting() => PlayAsync("""
        S: +OK mail.example.org сервер POP3 Merpati готов к работе
        C: STAT
        S: -ERR Сначала войдите.
        C: LANG en
        S: +OK en The server speaks English now.
        C: LANG *
        S: +OK ru Теперь сервер говорит по-русски.
        C: CAPA
        S: +OK Далее список возможностей
        S: TOP
        S: UIDL
        S: USER
        S: PIPELINING
        S: RESP-CODES
        S: AUTH-RESP-CODE
        S: EXPIRE NEVER USER
        S: UTF8 USER
        S: LANG
        S: IMPLEMENTATION Merpati
        S: .
        C: QUIT
        S: +OK mail.example.org сервер POP3 завершает сеанс
        S: [closed]
        """, Pop3Language.Russian);

    [Fact]
    public void ARefusedConnectionIsToldInTheAdministratorsLanguage()
    {
        var service = new PostOffice { Options = new() { HostName = "mail.example.org", Language = Pop3Language.Indonesian } }.Service();
        Assert.Equal("-ERR [SYS/TEMP] Terlalu banyak sambungan, coba lagi nanti.\r\n", Encoding.UTF8.GetString(service.Refusal(Admission.ServerFull).Span));
    }

    [Theory]
    [InlineData("en", "en")]
    [InlineData("EN", "en")]
    [InlineData("En-us", "en")]
    [InlineData("en-GB-oed", "en")]
    [InlineData("ru-Cyrl-RU", "ru")]
    [InlineData("ru-petr1708", "ru")]
    [InlineData("id-ID", "id")]
    [InlineData("in", "id")] // the tag of Indonesian before 1989
    [InlineData("*", "en")]
    public Task ARangeFindsItsLanguage(string range, string tag) => PlayAsync($"""
        S: *
        C: LANG {range}
        S: +OK {tag} *
        """);

    [Theory]
    [InlineData("mul", Unknown)]
    [InlineData("de", Unknown)]
    [InlineData("eng", Unknown)]
    [InlineData("e", Unknown)]
    [InlineData("x-en", Unknown)]
    [InlineData("i-default", Unknown)]
    [InlineData("rus-ru", Unknown)]
    [InlineData("en_US", BadTag)]
    [InlineData("en-", BadTag)]
    [InlineData("-en", BadTag)]
    [InlineData("en--us", BadTag)]
    [InlineData("-", BadTag)]
    [InlineData("e1", BadTag)]
    [InlineData("12", BadTag)]
    [InlineData("*-RU", BadTag)]
    [InlineData("en-*", BadTag)]
    [InlineData("**", BadTag)]
    [InlineData("englishes", BadTag)]
    [InlineData("en-verylongsubtag", BadTag)]
    [InlineData("en;q=1", BadTag)]
    [InlineData("%w", BadTag)]
    [InlineData("en ru", "-ERR Too many arguments for the LANG command.")]
    [InlineData(@"en\0", "-ERR Commands are made of printable ASCII characters.")]
    [InlineData(@"\xD1\x80\xD1\x83", "-ERR Commands are made of printable ASCII characters.")]
    public Task ARefusedLangChangesNothing(string argument, string reply) => PlayAsync($"""
        S: *
        c: LANG {argument}\r\n
        S: {reply}
        C: STAT
        S: -ERR Log in first.
        C: LANG id
        S: +OK id *
        c: LANG {argument}\r\n
        S: -ERR *
        C: STAT
        S: -ERR Silakan masuk terlebih dahulu.
        """);

    [Fact]
    public Task LangMayComeInEveryState() => PlayAsync("""
        S: *
        C: LANG id
        S: +OK id *
        C: USER paul
        S: +OK
        C: LANG ru
        S: +OK ru *
        C: PASS Kukuru23432
        S: +OK В ящике paul 6 сообщений (12576 байт)
        C: LANG en
        S: +OK en *
        C: NOOP
        S: +OK
        """);

    [Fact]
    public async Task AskingForLanguagesThatAreNotThereIsNoError()
    {
        await using var client = new PostOffice().Connect();
        await client.NextAsync();
        for (var i = 0; i < 40; i++)
        {
            await client.SendAsync("LANG de\r\n");
            Assert.Equal(Unknown, await client.NextAsync());
        }
    }

    [Fact]
    public async Task TheLanguageOfOneSessionIsNotThatOfAnother()
    {
        var office = new PostOffice();
        await using var one = office.Connect();
        await using var other = office.Connect();
        await one.SendAsync("LANG id\r\nSTAT\r\n");
        await other.SendAsync("STAT\r\n");
        await one.NextAsync();
        await one.NextAsync();
        await other.NextAsync();
        Assert.Equal("-ERR Silakan masuk terlebih dahulu.", await one.NextAsync());
        Assert.Equal("-ERR Log in first.", await other.NextAsync());
    }
}
