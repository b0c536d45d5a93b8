/**
 * Text of others (names of groups, reasons, contents, addresses) for people to read: what a terminal would act on
 * instead of showing is spelled out, so that a name can neither move the cursor, nor hide a line, nor turn one round.
 * For one line: a line break is spelled out too. `--json` has such text as it is.
 */
export function printable(text: string): string {
  return text.replaceAll(acted, (character) => spelled[character] ?? codeOf(character))
}

/** The same for text that may have several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/**
 * C0 and C1 controls and DEL; the marks, embeddings, overrides and isolates that turn the direction of text (UAX #9,
 * "Trojan Source"); line and paragraph separators; characters without width that hide in a name, but for the joiners
 * that scripts and emoji need; half a surrogate pair.
 */
const acted =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]/gu

const spelled: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function codeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`
}
