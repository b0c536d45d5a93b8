import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import { beforeAll, describe, expect, test } from 'vitest'
import { currentVersion, historiesFolder, historyFromJson, kinds, type History } from './histories.js'

const dist = (file: string) => fileURLToPath(new URL(`../../dist/${file}`, import.meta.url))

const whatToDo =
  'The workflows no longer do what they did when this history was recorded. Where that is wanted, record the ' +
  'histories again with `npm run record-histories`: none of them binds before the first release ' +
  '(docs/decisions/0021). Where it is not, a workflow has become nondeterministic.'

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => {}) })
})

const read = (version: string, name: string) =>
  historyFromJson(readFileSync(join(historiesFolder, version, name), 'utf8'))

/** Undefined when it replays, otherwise why not. */
async function replay(history: History): Promise<string | undefined> {
  const results = Worker.runReplayHistories(
    {
      workflowBundle: { codePath: dist('workflow-bundle.js') },
      dataConverter: { payloadConverterPath: dist('src/workflows/payload-converter.js') },
    },
    [{ workflowId: 'replayed', history }],
  )
  for await (const { error } of results) return error?.message
  return 'nothing was replayed'
}

const recorded = existsSync(historiesFolder)
  ? readdirSync(historiesFolder).flatMap((version) =>
      readdirSync(join(historiesFolder, version)).map((name) => ({ version, name })),
    )
  : []

test('there is a history of every kind', () => {
  const current = recorded.filter(({ version }) => version === currentVersion).map(({ name }) => name)
  expect(current.toSorted()).toEqual(kinds.map((kind) => `${kind}.json`).toSorted())
})

test.each(recorded)('$version/$name replays', async ({ version, name }) => {
  const why = await replay(read(version, name))
  expect(why, `${whatToDo}\n${why}`).toBeUndefined()
})

describe('a history that the workflows cannot have made', () => {
  const corrupt = (name: string, change: (history: History) => void) => {
    const history = read(currentVersion, name)
    change(history)
    return replay(history)
  }

  test('fails when an activity is another one', async () => {
    const why = await corrupt('group-delivery-delivered.json', ({ events }) => {
      const scheduled = events?.find((event) => event.activityTaskScheduledEventAttributes)
      Object.assign(scheduled?.activityTaskScheduledEventAttributes ?? {}, {
        activityType: { name: 'other' },
      })
    })
    expect(why).toMatch(/nondeterminism/i)
  })

  test('fails when a child is another workflow', async () => {
    const why = await corrupt('run-completed.json', ({ events }) => {
      const started = events?.find((event) => event.startChildWorkflowExecutionInitiatedEventAttributes)
      const attributes = started?.startChildWorkflowExecutionInitiatedEventAttributes
      Object.assign(attributes ?? {}, { workflowType: { name: 'other' } })
    })
    expect(why).toMatch(/nondeterminism/i)
  })

  test('fails when a step is missing', async () => {
    const why = await corrupt('reminder-completed.json', ({ events }) => {
      const marker = events?.findIndex((event) => event.markerRecordedEventAttributes) ?? -1
      events?.splice(marker, 1)
      events?.slice(marker).forEach((event) => Object.assign(event, { eventId: Number(event.eventId) - 1 }))
    })
    expect(why).toBeDefined()
  })
})
