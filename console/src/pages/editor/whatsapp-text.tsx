import type { ReactNode } from 'react'
import styles from './whatsapp.module.css'

/**
 * A text as WhatsApp shows it: its marks for bold, italics, struck and code, lists, quotes and links.
 * https://faq.whatsapp.com/539178204879377
 */
export function WhatsAppText({ text }: { text: string }) {
  // A fence keeps what is in it as it is.
  const pieces = text.split(/```([\s\S]+?)```/)
  return (
    <>
      {pieces.map((piece, index) =>
        index % 2 === 1 ? (
          <code key={index} className={styles.fence}>
            {piece}
          </code>
        ) : (
          <Lines key={index} text={piece} />
        ),
      )}
    </>
  )
}

function Lines({ text }: { text: string }) {
  return text.split('\n').map((line, index, all) => (
    <span key={index}>
      <Line line={line} />
      {index < all.length - 1 && '\n'}
    </span>
  ))
}

function Line({ line }: { line: string }) {
  const bullet = /^[-*] (.+)$/.exec(line)
  if (bullet) return <span className={styles.item}>• {inline(bullet[1] ?? '')}</span>
  const numbered = /^(\d{1,2}\.) (.+)$/.exec(line)
  if (numbered)
    return (
      <span className={styles.item}>
        {numbered[1]} {inline(numbered[2] ?? '')}
      </span>
    )
  const quoted = /^> (.+)$/.exec(line)
  if (quoted) return <span className={styles.quote}>{inline(quoted[1] ?? '')}</span>
  return inline(line)
}

const marks: { pattern: RegExp; show: (inner: ReactNode, key: number) => ReactNode; isPlain?: boolean }[] = [
  { pattern: /`([^`\n]+)`/, show: (inner, key) => <code key={key}>{inner}</code>, isPlain: true },
  {
    pattern: /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/,
    // Not to be followed by accident from a draft.
    show: (inner, key) => (
      <span key={key} className={styles.link}>
        {inner}
      </span>
    ),
    isPlain: true,
  },
  { pattern: markPattern('*'), show: (inner, key) => <strong key={key}>{inner}</strong> },
  { pattern: markPattern('_'), show: (inner, key) => <em key={key}>{inner}</em> },
  { pattern: markPattern('~'), show: (inner, key) => <s key={key}>{inner}</s> },
]

/** A mark holds where it is at the edge of a word, and nothing but text is inside. */
function markPattern(mark: string): RegExp {
  const m = mark === '*' ? '\\*' : mark
  return new RegExp(`(?<![\\p{L}\\p{N}])${m}(?!\\s)([^${m}\\n]+?)(?<!\\s)${m}(?![\\p{L}\\p{N}])`, 'u')
}

function inline(text: string): ReactNode {
  const found = marks
    .flatMap((mark) => {
      const match = mark.pattern.exec(text)
      return match === null ? [] : [{ mark, match }]
    })
    .toSorted((a, b) => a.match.index - b.match.index)
  const [first] = found
  if (first === undefined) return text
  const { mark, match } = first
  const inner = match[1] ?? ''
  return (
    <>
      {text.slice(0, match.index)}
      {mark.show(mark.isPlain === true ? inner : inline(inner), match.index)}
      {inline(text.slice(match.index + match[0].length))}
    </>
  )
}
