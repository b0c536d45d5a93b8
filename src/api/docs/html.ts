/** Text that is HTML already. */
export type Html = { text: string }
type Part = string | number | false | undefined | Html | readonly Html[]

export const raw = (text: string): Html => ({ text })

/** HTML with what is put in escaped, but for what is HTML itself. */
export function html(texts: TemplateStringsArray, ...parts: Part[]): Html {
  return { text: texts.reduce((all, text, index) => all + shown(parts[index - 1]) + text) }
}

function shown(part: Part): string {
  if (part === undefined || part === false) return ''
  if (typeof part === 'object') return 'text' in part ? part.text : part.map(({ text }) => text).join('')
  return String(part).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** A text with `code` in it. */
export function prose(text: string): Html {
  const parts = text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))
  return html`${parts}`
}
