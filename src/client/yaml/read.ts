import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  visit,
  type CST,
  type Document,
  type Pair,
  type YAMLMap,
} from 'yaml'
import { deepest, mostFields } from '../input/form.js'
import { describeShape } from '../input/issues.js'
import { isLargerThan } from './expanded-size.js'
import { lineOf, linesOfFields } from './places.js'
import type { FileProblem, SyntaxProblem } from './problems.js'

/** One reminder as it stands in a file: whether it is one, the client says. */
export type WrittenReminder = {
  input: unknown
  /** Where it begins, from 1. */
  line: number
  /** Of each of its fields: see `lineOfField`. */
  lines: ReadonlyMap<string, number>
}

export type ReadFile =
  | {
      kind: 'read'
      /** `one`: the fields of a single one, or nothing at all; else a list, or several documents. */
      form: 'one' | 'many'
      reminders: WrittenReminder[]
    }
  | { kind: 'refused'; problems: FileProblem[] }

/** As JSON it must fit into one request. */
const mostCharacters = 30_000_000
// Of a file that is no YAML at all the first ones say it.
const mostProblems = 20
// The same anchor may be meant in each of many reminders: `yaml` looks through all of them for each. What they amount to is
// counted after it.
const mostAliases = 20_000

/**
 * The reminders of a YAML file: the fields of one, a list of them under `reminders`, or documents of either, parted by `---`.
 * JSON is YAML too. Nothing of it is looked at further, and one problem refuses all of it.
 */
export function readReminders(text: string): ReadFile {
  const lines = new LineCounter()
  const composer = new Composer({ lineCounter: lines, prettyErrors: false })
  const tokens = tokensOf(text, lines)
  if (tokens === undefined) return refused({ kind: 'noReminders', deepest, mostFields })
  const documents = [...composer.compose(tokens)]
  const problems = documents.flatMap((document) => syntaxProblems(document, lines))
  if (problems.length > 0) return refused(...firstOfLines(problems))
  if (aliasesIn(documents) > mostAliases) return refused({ kind: 'tooLarge', mostCharacters })
  try {
    return readDocuments(documents, lines)
  } catch (error) {
    // So `yaml` tells of aliases of aliases of aliases.
    if (error instanceof ReferenceError) return refused({ kind: 'tooLarge', mostCharacters })
    throw error
  }
}

function refused(...problems: FileProblem[]): ReadFile {
  return { kind: 'refused', problems: problems.slice(0, mostProblems) }
}

/**
 * Undefined of what no reminder is like. To go on where it is in each other so deep would take the memory for calls, and the
 * process with it.
 */
function tokensOf(text: string, lines: LineCounter): CST.Token[] | undefined {
  const parser = new Parser(lines.addNewLine)
  lines.addNewLine(0)
  const tokens: CST.Token[] = []
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme))
    if (parser.stack.length > deepest || hasManyFields(parser.stack.at(-1))) return undefined
  }
  tokens.push(...parser.end())
  return tokens
}

function hasManyFields(token: CST.Token | undefined): boolean {
  const isFields =
    token?.type === 'block-map' || (token?.type === 'flow-collection' && token.start.source === '{')
  return isFields && token.items.length > mostFields
}

function syntaxProblems(document: Document.Parsed, lines: LineCounter): SyntaxProblem[] {
  const { errors, warnings } = document
  // What is warned of is a tag that means nothing here: the text after it would be sent without it.
  const faults = [...errors, ...warnings].map(({ code, pos: [start] }) => ({ code, start }))
  return [...faults, ...unknownAliases(document)].map(({ code, start }) => {
    const { line, col } = lines.linePos(start)
    return { kind: 'syntax', code, line, column: col }
  })
}

/** `text: *Trip*` is an alias, of what is nowhere. */
function unknownAliases(document: Document.Parsed): { code: 'BAD_ALIAS'; start: number }[] {
  const anchors = new Set<string>()
  const unknown: { code: 'BAD_ALIAS'; start: number }[] = []
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) {
        if (!anchors.has(node.source)) unknown.push({ code: 'BAD_ALIAS', start: node.range?.[0] ?? 0 })
      } else if (node.anchor !== undefined) anchors.add(node.anchor)
    },
  })
  return unknown
}

function aliasesIn(documents: readonly Document.Parsed[]): number {
  let count = 0
  for (const document of documents) visit(document, { Alias: () => void (count += 1) })
  return count
}

/** What follows on one line is a consequence of the first. */
function firstOfLines(problems: readonly SyntaxProblem[]): SyntaxProblem[] {
  const told = new Set<number>()
  return problems.filter(({ line }) => !told.has(line) && told.add(line))
}

function readDocuments(documents: readonly Document.Parsed[], lines: LineCounter): ReadFile {
  const reminders: WrittenReminder[] = []
  const problems: FileProblem[] = []
  let lists = 0
  for (const document of documents) {
    const { contents } = document
    const value: unknown = document.toJS({ maxAliasCount: mostAliases })
    // Comments alone, or nothing between two marks.
    if (value === null) continue
    if (isLargerThan(value, mostCharacters)) return refused({ kind: 'tooLarge', mostCharacters })
    const list = isMap(contents)
      ? contents.items.find(({ key }) => isScalar(key) && key.value === 'reminders')
      : undefined
    if (!isMap(contents))
      problems.push({ kind: 'notFields', line: lineOf(contents, lines), got: describeShape(value) })
    else if (list === undefined) reminders.push(written(contents, value, lines))
    else {
      lists += 1
      const read = readList({ contents, list, value: value as { reminders: unknown } }, lines)
      if (Array.isArray(read)) reminders.push(...read)
      else problems.push(read)
    }
  }
  if (problems.length > 0) return refused(...problems)
  return { kind: 'read', form: lists > 0 || reminders.length > 1 ? 'many' : 'one', reminders }
}

function readList(
  { contents, list, value: { reminders } }: { contents: YAMLMap; list: Pair; value: { reminders: unknown } },
  lines: LineCounter,
): WrittenReminder[] | FileProblem {
  const other = contents.items.find((pair) => pair !== list)
  if (other !== undefined) return { kind: 'besideList', line: lineOf(other.key, lines) }
  if (!Array.isArray(reminders))
    return { kind: 'notList', line: lineOf(list.key, lines), got: describeShape(reminders) }
  const nodes: unknown[] = isSeq(list.value) ? list.value.items : []
  return reminders.map((one: unknown, index) => written(nodes[index], one, lines))
}

function written(node: unknown, input: unknown, lines: LineCounter): WrittenReminder {
  return { input, line: lineOf(node, lines), lines: linesOfFields(node, lines) }
}
