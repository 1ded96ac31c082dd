namespace Merpati.Pop3.Server.Texts;

/// <summary>Russian. Its nouns have three forms: 1 сообщение, 2 сообщения, 5 сообщений.</summary>
internal static class RussianTexts
{
    private static readonly Dictionary<Pop3Phrase, string> Phrases = new()
    {
        [Pop3Phrase.None] = "",
        [Pop3Phrase.Done] = "",
        [Pop3Phrase.Numbers] = "%n %n",
        [Pop3Phrase.Greeting] = "%w сервер POP3 Merpati готов к работе",
        [Pop3Phrase.GreetingWithTimestamp] = "сервер POP3 Merpati готов к работе %w",
        [Pop3Phrase.TlsBegins] = "Начинайте согласование TLS.",
        [Pop3Phrase.MechanismList] = "Далее список механизмов",
        [Pop3Phrase.SigningOff] = "%w сервер POP3 завершает сеанс",
        [Pop3Phrase.SigningOffWithSomeLeft] = "%w сервер POP3 завершает сеанс (осталось %m)",
        [Pop3Phrase.SigningOffEmpty] = "%w сервер POP3 завершает сеанс (ящик пуст)",
        [Pop3Phrase.MaildropOpened] = "В ящике %w %m (%o)",
        [Pop3Phrase.OwnMaildropOpened] = "В вашем ящике %m (%o)",
        [Pop3Phrase.MaildropReset] = "В ящике %m (%o)",
        [Pop3Phrase.Listing] = "%m (%o)",
        [Pop3Phrase.MessageFollows] = "%o",
        [Pop3Phrase.MessageMarked] = "Сообщение %n удалено.",
        [Pop3Phrase.LastRead] = "%n — номер последнего прочитанного сообщения.",
        [Pop3Phrase.CapabilityList] = "Далее список возможностей",
        [Pop3Phrase.LanguageList] = "Далее список языков",
        [Pop3Phrase.LanguageChosen] = "%w Теперь сервер говорит по-русски.",
        [Pop3Phrase.Utf8Mode] = "Включён режим UTF-8.",
    };

    private static readonly Dictionary<Pop3Rejection, string> Rejections = new()
    {
        [Pop3Rejection.UnknownCommand] = "Неизвестная команда.",
        [Pop3Rejection.LineTooLong] = "Слишком длинная строка команды.",
        [Pop3Rejection.NotPrintable] = "Команды состоят из печатных символов ASCII.",
        [Pop3Rejection.NotUtf8] = "Пароль должен быть в UTF-8 и без NUL.",
        [Pop3Rejection.BadName] = "Имя должно быть в UTF-8 и без управляющих символов.",
        [Pop3Rejection.NotPop3] = "Это сервер POP3.",
        [Pop3Rejection.NotOffered] = "Команды %w здесь нет.",
        [Pop3Rejection.TooManyArguments] = "У команды %w слишком много аргументов.",
        [Pop3Rejection.MissingArgument] = "Команде %w не хватает аргумента.",
        [Pop3Rejection.BadLanguageTag] = "Это не обозначение языка.",
        [Pop3Rejection.UnknownLanguage] = "Этого языка сервер не знает, список языков даёт LANG.",
        [Pop3Rejection.NotLoggedIn] = "Сначала войдите.",
        [Pop3Rejection.AlreadyLoggedIn] = "Вы уже вошли.",
        [Pop3Rejection.UserFirst] = "Сначала назовите себя командой USER.",
        [Pop3Rejection.TlsRequired] = "Пароль принимается только по защищённому соединению.",
        [Pop3Rejection.AlreadySecure] = "Соединение уже защищено TLS.",
        [Pop3Rejection.InputBehindStls] = "После STLS ничего нельзя посылать до согласования TLS.",
        [Pop3Rejection.StlsAfterUtf8] = "STLS даётся до UTF8.",
        [Pop3Rejection.AuthSyntax] = "Это не имя механизма.",
        [Pop3Rejection.UnknownMechanism] = "Такого механизма здесь нет.",
        [Pop3Rejection.AuthCancelled] = "Вход отменён.",
        [Pop3Rejection.AuthMalformed] = "Это не base64 или не то, чего ждёт механизм.",
        [Pop3Rejection.AuthLineTooLong] = "Эта строка слишком длинна для любого механизма.",
        [Pop3Rejection.NoDigest] = "Дайджест состоит из 32 шестнадцатеричных цифр.",
        [Pop3Rejection.BadLogin] = "Неверное имя или пароль.",
        [Pop3Rejection.LoginUnavailable] = "Сейчас проверить вход нельзя, попробуйте позже.",
        [Pop3Rejection.LoginThrottled] = "Слишком много неудачных попыток входа, попробуйте позже.",
        [Pop3Rejection.LoginTooSoon] = "С вашего прошлого входа прошло слишком мало времени.",
        [Pop3Rejection.MaildropInUse] = "Этот ящик открыт в другом сеансе.",
        [Pop3Rejection.MaildropUnreadable] = "Сейчас открыть ящик нельзя, попробуйте позже.",
        [Pop3Rejection.MaildropCorrupt] = "Ящик повреждён, сообщите администратору.",
        [Pop3Rejection.MaildropGone] = "Такого ящика больше нет.",
        [Pop3Rejection.NotANumber] = "Это не число.",
        [Pop3Rejection.NumberTooLarge] = "Это число слишком велико.",
        [Pop3Rejection.NoMessageZero] = "Номера сообщений начинаются с 1.",
        [Pop3Rejection.NoSuchMessage] = "Нет такого сообщения, в ящике всего %m.",
        [Pop3Rejection.MessageDeleted] = "Сообщение %n удалено.",
        [Pop3Rejection.AlreadyDeleted] = "Сообщение %n уже удалено.",
        [Pop3Rejection.MessageGone] = "Сообщения %n больше нет, его удалил кто-то другой.",
        [Pop3Rejection.MessageUnreadable] = "Сообщение %n сейчас прочитать нельзя, попробуйте позже.",
        [Pop3Rejection.MessageCorrupt] = "Сообщение %n повреждено, сообщите администратору.",
        [Pop3Rejection.MessageNeedsUtf8] = "Заголовок сообщения %n в UTF-8, дайте команду UTF8 до входа.",
        [Pop3Rejection.NotRemoved] = "часть удалённых сообщений убрать не удалось",
        [Pop3Rejection.TooManyErrors] = "Слишком много ошибок, соединение закрывается.",
        [Pop3Rejection.LoginTimedOut] = "Вход не выполнен вовремя, соединение закрывается.",
        [Pop3Rejection.IdleTimedOut] = "Слишком долгое молчание, соединение закрывается, ничего не удалено.",
        [Pop3Rejection.Draining] = "Сервер останавливается, ничего не удалено.",
        [Pop3Rejection.ServerFull] = "Слишком много соединений, попробуйте позже.",
        [Pop3Rejection.AddressFull] = "Слишком много соединений с вашего адреса, попробуйте позже.",
    };

    public static Pop3Texts All { get; } = new(
        Pop3Language.Russian, Phrases, Rejections, (["сообщение", "сообщения", "сообщений"], ["байт", "байта", "байт"]), FormOf);

    // 1, 21, 31 but not 11; 2 to 4, 22 to 24 but not 12 to 14; all others.
    private static int FormOf(long count)
    {
        if (count / 10 % 10 == 1) return 2;
        return (count % 10) switch
        {
            1 => 0,
            >= 2 and <= 4 => 1,
            _ => 2,
        };
    }
}
