import { Alert, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { syntaxFaultOf, type FileProblem } from '../../../../src/client/yaml/problems.js'
import type { Catalogue } from '../../text/en/index.js'
import { useText } from '../../text/text.js'
import styles from './import-export.module.css'

/** Why nothing of a file can be read: each place, and what to do there. */
export function FileRefused({ problems }: { problems: readonly FileProblem[] }) {
  const { importExport } = useText()
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle aria-hidden />}
      title={importExport.refusedTitle}
      role="alert"
    >
      <Text mb="xs">{importExport.refusedHelp}</Text>
      <ul className={styles.issues}>
        {problems.map((problem) => (
          <li key={JSON.stringify(problem)}>
            {placeOf(problem, importExport)}
            {problem.kind === 'syntax'
              ? faultOf(problem.code, importExport)
              : importExport.problems[problem.kind]}
          </li>
        ))}
      </ul>
    </Alert>
  )
}

type Words = Catalogue['importExport']

function placeOf(problem: FileProblem, words: Words): string {
  if (!('line' in problem)) return ''
  return 'column' in problem
    ? `${words.place(problem.line, problem.column)}: `
    : `${words.line(problem.line)}: `
}

function faultOf(code: string, words: Words): string {
  const fault = syntaxFaultOf(code)
  return fault === undefined ? `${words.problems.syntax} (${code})` : words.faults[fault]
}
