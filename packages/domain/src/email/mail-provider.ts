/** A provider of mailboxes for everybody: the name, and the ends that its domains have. */
export type MailProvider = {
  name: string;
  ends: readonly string[];
  /**
   * Whether a name that differs by one slip is taken for this one. Not for short names and for words: live, love, five and
   * line are all somebody's, and so are orange and orage.
   */
  spellable: boolean;
};

const spellable = (name: string, ...ends: string[]): MailProvider => ({ name, ends, spellable: true });
const exact = (name: string, ...ends: string[]): MailProvider => ({ name, ends, spellable: false });

/** The largest ones: a slip in a domain is far likelier than another domain of nearly the same name. */
export const mailProviders: readonly MailProvider[] = [
  spellable("gmail", "com"),
  spellable("googlemail", "com"),
  spellable(
    "yahoo",
    ..."com co.uk fr de it es ca in co.in co.jp com.au com.br com.mx com.ar co.id com.vn com.tw".split(" "),
  ),
  spellable("ymail", "com"),
  spellable("rocketmail", "com"),
  spellable(
    "hotmail",
    ..."com co.uk fr de it es nl be ca ch se no dk com.br com.ar com.mx com.au co.jp".split(" "),
  ),
  spellable("outlook", ..."com fr de it es be at dk ie pt cz com.br com.au com.ar jp in".split(" ")),
  spellable("icloud", "com"),
  spellable("protonmail", "com", "ch"),
  spellable("rediffmail", "com"),
  spellable("comcast", "net"),
  spellable("verizon", "net"),
  spellable("sbcglobal", "net"),
  spellable("bellsouth", "net"),
  spellable("wanadoo", "fr", "es"),
  spellable("laposte", "net"),
  spellable("t-online", "de"),
  spellable("yandex", "ru", "com", "ua", "by", "kz"),
  spellable("seznam", "cz"),
  spellable("btinternet", "com"),
  spellable("freenet", "de"),
  spellable("virgilio", "it"),
  exact("live", ..."com co.uk fr de it nl be ca dk se no com.au com.mx com.ar com.pt cl".split(" ")),
  exact("msn", "com"),
  exact("aol", "com", "co.uk", "de", "fr"),
  exact("gmx", "de", "net", "com", "at", "ch", "fr"),
  exact("web", "de"),
  exact("me", "com"),
  exact("mac", "com"),
  exact("mail", "com", "ru"),
  exact("email", "com"),
  exact("proton", "me"),
  exact("pm", "me"),
  exact("att", "net"),
  exact("cox", "net"),
  exact("orange", "fr"),
  exact("free", "fr"),
  exact("sfr", "fr"),
  exact("libero", "it"),
  exact("tiscali", "it", "co.uk"),
  exact("uol", "com.br"),
  exact("bol", "com.br"),
  exact("terra", "com.br", "es"),
  exact("ya", "ru"),
  exact("bk", "ru"),
  exact("list", "ru"),
  exact("inbox", "ru", "lv"),
  exact("rambler", "ru"),
  exact("wp", "pl"),
  exact("o2", "pl"),
  exact("onet", "pl"),
  exact("interia", "pl"),
  exact("qq", "com"),
  exact("163", "com"),
  exact("126", "com"),
  exact("naver", "com"),
  exact("fastmail", "com", "fm"),
  exact("zoho", "com"),
  exact("hushmail", "com"),
  exact("bluewin", "ch"),
];

/** All their domains. */
export const providerDomains: ReadonlySet<string> = new Set(
  mailProviders.flatMap(({ name, ends }) => ends.map((end) => `${name}.${end}`)),
);
