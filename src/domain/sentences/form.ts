/**
 * How a sentence is written down. `{name}` is a text, `{name:kind}` a value of another kind (`values.ts`), and what is in `[[…]]`
 * is there where its values are.
 */
export type Form = string

type KindsIn<Text extends string> = Text extends `${string}{${infer Place}}${infer Rest}`
  ? (Place extends `${infer Name}:${infer Kind}` ? { [N in Name]: Kind } : { [N in Place]: 'text' }) &
      KindsIn<Rest>
  : unknown

/** The kinds of the values that are always there. */
type Needed<Text extends string> = Text extends `${infer Before}[[${string}]]${infer After}`
  ? KindsIn<Before> & Needed<After>
  : KindsIn<Text>

/** Those of the values that may be missing. */
type Optional<Text extends string> = Text extends `${string}[[${infer Part}]]${infer After}`
  ? KindsIn<Part> & Optional<After>
  : unknown

type Typed<Kinds, Types extends Record<string, unknown>> = {
  [Name in keyof Kinds]: Kinds[Name] extends `counted ${string}`
    ? Types['counted']
    : Kinds[Name] extends keyof Types
      ? Types[Kinds[Name]]
      : never
}

/** The values of a form, in the types that the kinds have here. */
export type ValuesOf<Text extends string, Types extends Record<string, unknown>> = Typed<
  Needed<Text>,
  Types
> &
  Partial<Typed<Optional<Text>, { [Kind in keyof Types]: Types[Kind] | undefined }>>

export type Place = { name: string; kind: string }
/** A form as its pieces: words, places for values, and what may be missing. */
export type Piece = string | Place | { optional: (string | Place)[] }

export function piecesOf(form: Form): Piece[] {
  return split(form, /\[\[(.*?)\]\]/g, (part) => ({ optional: placesOf(part) })).flatMap<Piece>((piece) =>
    typeof piece === 'string' ? placesOf(piece) : piece,
  )
}

function placesOf(text: string): (string | Place)[] {
  return split(text, /\{([^{}]+)\}/g, (place) => {
    const [name = '', kind = 'text'] = place.split(':')
    return { name, kind }
  })
}

function split<Found>(text: string, pattern: RegExp, read: (found: string) => Found): (string | Found)[] {
  const pieces: (string | Found)[] = []
  let end = 0
  for (const match of text.matchAll(pattern)) {
    pieces.push(text.slice(end, match.index), read(match[1] ?? ''))
    end = match.index + match[0].length
  }
  pieces.push(text.slice(end))
  return pieces.filter((piece) => piece !== '')
}
