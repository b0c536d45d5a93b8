import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  boundVersions,
  currentVersion,
  digestOf,
  historiesFolder,
  historyFromJson,
  kinds,
  type History,
} from './histories.js'
import * as workflows from '../../src/workflows/index.js'

const dist = (file: string) => fileURLToPath(new URL(`../../dist/${file}`, import.meta.url))

const whatToDo = (version: string) =>
  'The workflows no longer do what they did when this history was recorded. ' +
  (version in boundVersions
    ? `Such workflows may be running, and would be stuck: keep the old steps beside the new ones with \`patched\` ` +
      '(docs/decisions/0014).'
    : 'Its version binds nobody yet: where the change is wanted, `npm run record-histories` records it again.')

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

const current = recorded.filter(({ version }) => version === currentVersion).map(({ name }) => name)

test('there is a history of every kind', () => {
  expect(current.toSorted()).toEqual(kinds.map((kind) => `${kind}.json`).toSorted())
})

test('there is a history of every workflow', () => {
  const types = current.map((name) => {
    const started = read(currentVersion, name).events?.[0]?.workflowExecutionStartedEventAttributes
    return started?.workflowType?.name ?? ''
  })
  expect([...new Set(types)].toSorted()).toEqual(Object.keys(workflows).toSorted())
})

test.each(Object.entries(boundVersions))(
  'the histories of %s are as they were recorded',
  (version, digest) => {
    expect(digestOf(version), 'They bind: take them back from the commit that bound them.').toBe(digest)
  },
)

test.each(recorded)('$version/$name replays', async ({ version, name }) => {
  const why = await replay(read(version, name))
  expect(why, `${whatToDo(version)}\n${why}`).toBeUndefined()
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
