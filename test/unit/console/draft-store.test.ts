import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { emptyDraft } from '../../../console/src/pages/editor/draft.js'
import {
  beginDraft,
  draftPlace,
  dropDraft,
  isKept,
  keepDraft,
  readDraft,
  type KeptDraft,
} from '../../../console/src/pages/editor/draft-store.js'

// Drafts in the tabs of one browser: `localStorage` is of all of them, `sessionStorage` of each.

const place = draftPlace('school', undefined)

class Stored {
  getItem(name: string): string | null {
    return (this as unknown as Record<string, string>)[name] ?? null
  }
  setItem(name: string, value: string): void {
    Object.assign(this, { [name]: value })
  }
  removeItem(name: string): void {
    Reflect.deleteProperty(this, name)
  }
}

declare global {
  // Of browsers, whose types the project has for the console alone.
  const localStorage: Stored
  const sessionStorage: Stored
}

type Tab = <Result>(work: () => Result) => Result
function tab(): Tab {
  const own = new Stored()
  return (work) => {
    vi.stubGlobal('sessionStorage', own)
    return work()
  }
}

function written(id: string, text: string): KeptDraft {
  const draft = emptyDraft({ account: 'office', zone: 'Africa/Nairobi' })
  return { id, draft: { ...draft, parts: [{ id: 'a', kind: 'text', text }] } }
}
const textOf = (stored: KeptDraft | undefined): string =>
  (stored?.draft.parts ?? []).map((part) => (part.kind === 'text' ? part.text : '')).join('')
const textIn = (of: Tab): string => of(() => textOf(readDraft(place)))

let first: Tab
let second: Tab
const one = written('one', 'From the first tab')
const two = written('two', 'From the second tab')
beforeEach(() => {
  vi.stubGlobal('localStorage', new Stored())
  first = tab()
  second = tab()
})
afterEach(() => {
  vi.unstubAllGlobals()
})

/** The second tab opens what the first has written, and throws it away for a reminder of its own. */
function startOver(): void {
  first(() => keepDraft(place, one))
  expect(textIn(second)).toBe('From the first tab')
  second(() => dropDraft(place, 'one'))
}

test.each(['first', 'second'])(
  'who starts over in another tab leaves each its own: the %s is kept first',
  (which) => {
    startOver()
    const inTurn = [() => first(() => keepDraft(place, one)), () => second(() => keepDraft(place, two))]
    for (const keep of which === 'first' ? inTurn : inTurn.toReversed()) keep()
    for (const keep of inTurn) keep()
    expect([textIn(first), textIn(second)]).toEqual(['From the first tab', 'From the second tab'])
  },
)

test('who saves or leaves takes nothing away of what another tab has begun in its place', () => {
  startOver()
  second(() => keepDraft(place, two))
  expect(first(() => isKept(place, 'one'))).toBe(false)
  first(() => dropDraft(place, 'one'))
  expect(textIn(second)).toBe('From the second tab')
})

test('two tabs that begin in the same moment, and do not see each other, write under two names', () => {
  const seen = localStorage
  first(() => keepDraft(place, one))
  // What the first has written has not come to the second yet.
  vi.stubGlobal('localStorage', new Stored())
  second(() => keepDraft(place, two))
  Object.assign(localStorage, seen)
  expect([textIn(first), textIn(second)]).toEqual(['From the first tab', 'From the second tab'])
})

test('a draft whose key is written anew stays the same one', () => {
  first(() => keepDraft(place, one))
  for (const key of ['m', 'my', 'my-key'])
    first(() => keepDraft(place, { ...one, draft: { ...one.draft, key } }))
  expect(Object.keys(localStorage)).toEqual([`${place}#one`])
  expect(first(() => readDraft(place))).toMatchObject({ id: 'one', draft: { key: 'my-key' } })
  expect(first(() => isKept(place, 'one'))).toBe(true)
})

test('a copy to go on with is beside what was written there, and one of before drafts had an id is known by its key', () => {
  const { id: _, ...ofBefore } = one
  localStorage.setItem(place, JSON.stringify({ version: 3, ...ofBefore }))
  expect(first(() => readDraft(place))?.id).toBe(one.draft.key)
  first(() => beginDraft(place, { draft: two.draft }))
  expect(textIn(first)).toBe('From the second tab')
  expect(textIn(second)).toBe('From the first tab')
})
