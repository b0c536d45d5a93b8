/** Why a file of reminders cannot be read at all. What is wrong with one of its reminders the client says. */
export type FileProblem =
  /** Neither UTF-8 nor UTF-16 with its mark. */
  | { kind: 'notText' }
  | SyntaxProblem
  /** More in each other, or more fields beside each other, than a reminder can have. */
  | { kind: 'noReminders'; deepest: number; mostFields: number }
  /** With what its aliases stand for, it has more than `mostCharacters`. */
  | { kind: 'tooLarge'; mostCharacters: number }
  /** A text, a number or a list where fields are expected. `got` is a shape, and no value. */
  | { kind: 'notFields'; line: number; got: string }
  | { kind: 'notList'; line: number; got: string }
  /** Another field beside `reminders`. */
  | { kind: 'besideList'; line: number }

/** `code`: that of the package `yaml`. Line and column count from 1. */
export type SyntaxProblem = { kind: 'syntax'; code: string; line: number; column: number }

/** In English, without the place. */
export function describeFileProblem(problem: FileProblem): string {
  switch (problem.kind) {
    case 'notText':
      return 'expected text in UTF-8'
    case 'syntax':
      return `this is neither YAML nor JSON (${problem.code})${adviceOn(problem.code)}`
    case 'noReminders':
      return `expected reminders: these are fields more than ${problem.deepest} deep in each other, or more than ${problem.mostFields} beside each other`
    case 'tooLarge':
      return `expected at most ${problem.mostCharacters} characters with what its aliases stand for: make several files of it`
    case 'notFields':
      return `expected fields such as \`to: Class 3B\`, \`text: …\` and \`at: tomorrow 09:00\`, a line each, or \`reminders:\` and a list of such; got ${problem.got}`
    case 'notList':
      return `expected a list of reminders under \`reminders\`, got ${problem.got}`
    case 'besideList':
      return 'expected nothing beside `reminders`; each of them has its own fields, and a flag holds for all'
  }
}

/** What people do wrong most, by the codes of the package. */
const syntaxFaults = {
  TAB_AS_INDENT: 'tab',
  BAD_INDENT: 'indent',
  BAD_COLLECTION_TYPE: 'indent',
  DUPLICATE_KEY: 'twice',
  MISSING_CHAR: 'unclosed',
  BAD_DQ_ESCAPE: 'backslash',
  BLOCK_AS_IMPLICIT_KEY: 'colon',
  MULTILINE_IMPLICIT_KEY: 'colon',
  BAD_ALIAS: 'sign',
  BAD_SCALAR_START: 'sign',
  TAG_RESOLVE_FAILED: 'sign',
  UNEXPECTED_TOKEN: 'sign',
} as const
export type SyntaxFault = (typeof syntaxFaults)[keyof typeof syntaxFaults]

/** Undefined where nothing better can be said than that it is no YAML. */
export function syntaxFaultOf(code: string): SyntaxFault | undefined {
  return Object.hasOwn(syntaxFaults, code) ? syntaxFaults[code as keyof typeof syntaxFaults] : undefined
}

const advice: Record<SyntaxFault, string> = {
  tab: 'indent with spaces instead of tabs',
  indent: 'begin the fields of one reminder all in the same column',
  twice: 'give each field once',
  unclosed: 'close the quotes or the bracket',
  backslash: 'put the text in single quotes, since a backslash means something in double ones',
  colon: 'put a text with a colon in quotes, and begin all fields of a reminder in one column',
  sign: 'put a text with signs such as * & ! @ # in quotes',
}

function adviceOn(code: string): string {
  const fault = syntaxFaultOf(code)
  return fault === undefined ? '' : `: ${advice[fault]}`
}
