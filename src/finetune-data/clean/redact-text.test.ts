import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { textRedactor } from "./redact-text.ts";

const clean = (text: string) => textRedactor().clean(text);
const pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq3\nx0Zz/+a=\n-----END RSA PRIVATE KEY-----";
const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N";

/** Made up, or set aside for examples. */
const secrets: { readonly [kind: string]: readonly string[] } = {
  email: ["anna@example.com", "a.b+c_d@mail.example.co.uk", "jörg@müller.example"],
  phone: [
    "+49 30 901820",
    "+49 (0) 30 901820",
    "+4930901820",
    "+1-415-555-2671",
    "+44 20 7946 0958",
    "+33 6 12 34 56 78",
    "+91 98765 43210",
    "+86 138 1234 5678",
    "+81 3-1234-5678",
    "+55 11 91234-5678",
    "+61 2 5550 1234",
    "+420 601 123 456",
    "0049 30 901820123",
    "(415) 555-2671",
    "415-555-2671",
    "415.555.2671",
    "1-800-555-0199",
    "555-123-4567",
    "030 90182012",
    "0171/1234567",
    "0171 1234567",
    "020 7946 0958",
    "(030) 901820",
    "06 12 34 56 78",
    "06.12.34.56.78",
    "0612345678",
    "03-1234-5678",
    "090-1234-5678",
    "98765 43210",
    "138 1234 5678",
    "(11) 91234-5678",
    "07700 900123",
  ],
  card: [
    "4111 1111 1111 1111",
    "4111111111111111",
    "5555-5555-5555-4444",
    "378282246310005",
    "6011111111111117",
    "3530111333300000",
  ],
  iban: ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "FR14 2004 1010 0505 0001 3M02 606", "NO93 8601 1117 947"],
  ip: ["192.0.2.17", "10.0.0.5", "2001:db8:85a3::8a2e:370:7334", "fe80::1ff:fe23:4567:890a"],
  key: [
    "sk-abcdefgh12345678",
    `ghp_${"a1B2".repeat(9)}`,
    "AKIAIOSFODNN7EXAMPLE",
    "xoxb-123456789012-abcdefABCDEF",
    `AIza${"Sy0_".repeat(9)}`,
    "glpat-abcdefghij0123456789",
    jwt,
    pem,
    "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
    `sk_live_${"a1B2".repeat(6)}`,
  ],
};

describe("redaction", () => {
  test.each(Object.entries(secrets).flatMap(([kind, texts]) => texts.map((text) => [kind, text] as const)))(
    "takes a %s for what it is: %s",
    (kind, text) => {
      expect(clean(text)).toBe(`[${kind}-1]`);
      expect(clean(`It is ${text}, I think`)).toBe(`It is [${kind}-1], I think`);
      expect(clean(`(${text})`)).toBe(`([${kind}-1])`);
      expect(clean(`${text}.`)).toBe(`[${kind}-1].`);
    },
  );

  test.each([
    ["tel 4915112345678", "tel [phone-1]"],
    ["call me at 4155552671 today", "call me at [phone-1] today"],
    ["Tel.: 612 345 678", "Tel.: [phone-1]"],
    ["postgres://anna:s3cret@db.example/x", "postgres://[login-1]@db.example/x"],
    ["https://anna:pass@192.0.2.17:8080/", "https://[login-1]@[ip-1]:8080/"],
    ["password=hunter2hunter2", "password=[key-1]"],
    ['{"api_key": "abcd1234efgh"}', '{"api_key": "[key-1]"}'],
    ["Authorization: Bearer abcdef.123456", "Authorization: Bearer [key-1]"],
    [`${pem.slice(0, 60)}\nand then`, "[key-1]"],
  ])("%j becomes %j", (text, wanted) => {
    expect(clean(text)).toBe(wanted);
  });

  test.each([
    "version 1.2.3.4 of 10.15.7, v2.0.1-rc.3, Chrome/120.0.6099.71",
    "on 2024-03-05, 05.03.2024, 03/05/2024 10:22:33, 2024-03-05T10:22:33.123Z, 20240305",
    "order 1234567890, invoice 0012345678, order no. 0171 1234567, ticket #0612345678, Bestellung 98765 43210",
    "at 1709629200 and 1709629200000, population 331 900 000, 1,234,567,890 or 1.234.567,89",
    "ISBN 978-0-306-40615-7, pi 3.14159265358979, ratio 16:9, 10-20-30, 5-10 days, 2019-2024",
    "127.0.0.1, 0.0.0.0, mask 255.255.255.0, ::1, 10:22:33, std::vector, aa:bb",
    "card 4111 1111 1111 1112, 1234567812345678, DE89370400440532013001",
    "uuid 123e4567-e89b-42d3-a456-426614174000, rows 100000 of 2000000, 0x1F600, 1e10",
    "password: required, a secret: nobody knows, @anna, a @ b, 3 @ 4.50, the tokens: several",
    "lat 52.520008 lon 13.404954, 12345-6789, $1,299.00, 1920x1080, 0.123456789012",
  ])("leaves alone: %s", (text) => {
    expect(clean(text)).toBe(text);
  });

  test("gives the same value the same name in a whole file, however it is written, and keeps what it was", () => {
    const redactor = textRedactor();
    expect(redactor.clean("anna@example.com or bob@example.com")).toBe("[email-1] or [email-2]");
    expect(redactor.clean("Anna@Example.com, +49 (0) 30 901820")).toBe("[email-1], [phone-1]");
    expect(redactor.clean("0049 30 901820, +4930901820")).toBe("[phone-1], [phone-1]");
    expect([...redactor.values]).toEqual([
      ["[email-1]", "anna@example.com"],
      ["[email-2]", "bob@example.com"],
      ["[phone-1]", "+49 (0) 30 901820"],
    ]);
  });

  const planted = fc.constantFrom(...Object.values(secrets).flat());
  const between = fc.constantFrom(" ", ", ", "\n", " and ", "; ", " (", ") ", "\t", ' "', '" ', " | ");
  test("leaves nothing of what was planted, and nothing to do the second time", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.oneof(planted, fc.lorem()), between), { maxLength: 12 }), (parts) => {
        const text = parts.flat().join("");
        const once = clean(text);
        for (const secret of Object.values(secrets).flat()) expect(once).not.toContain(secret);
        expect(clean(once)).toBe(once);
      }),
      { numRuns: 1000 },
    );
  });

  test("changes nothing the second time, whatever the text", () => {
    const piece = fc.constantFrom(
      "+49",
      "0",
      "1",
      "12",
      "555",
      "4111",
      "@",
      ".",
      "-",
      " ",
      ":",
      "a",
      "x.de",
      "sk-",
      "eyJ",
      "//",
      "DE89",
      "tel",
      "(",
      ")",
      "key=",
      "\n",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 20 }), (pieces) => {
        const once = clean(pieces.join(""));
        expect(clean(once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  test("takes no longer for hostile text than its length asks for", () => {
    for (const unit of [
      "1",
      "1 ",
      "+1",
      "a@",
      "a.",
      "-----BEGIN PRIVATE KEY-----",
      "eyJa.",
      "0 ",
      "DE89",
      "1.",
      "://a:",
      "1:",
      "tel me ",
    ]) {
      expect(typeof clean(unit.repeat(20_000))).toBe("string");
    }
  });
});
