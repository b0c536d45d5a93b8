import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DataConverter } from '@temporalio/common'
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
import { createPayloadCodec } from '../../src/codec/payload-codec.js'
import { fingerprintOf, KeyRing } from '../../src/store/encryption/key-ring.js'
import { testDataConverter } from '../support/codec.js'
import { testKey } from '../support/database.js'
import { withPayloads } from '../support/history-payloads.js'
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
async function replay(
  history: History,
  codec: Pick<DataConverter, 'payloadCodecs'> = testDataConverter,
): Promise<string | undefined> {
  const results = Worker.runReplayHistories(
    {
      workflowBundle: { codePath: dist('workflow-bundle.js') },
      dataConverter: { ...codec, payloadConverterPath: dist('src/workflows/payload-converter.js') },
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

// They were recorded plain, as all histories were before there was a codec.
test.each(recorded)('$version/$name replays', async ({ version, name }) => {
  const why = await replay(read(version, name))
  expect(why, `${whatToDo(version)}\n${why}`).toBeUndefined()
})

describe('with the payload codec', () => {
  const [codec] = testDataConverter.payloadCodecs
  const sealed = async (name: string) =>
    await withPayloads(read(currentVersion, name), async (payloads) => (await codec?.encode(payloads)) ?? [])

  test.each(current)('%s replays sealed', async (name) => {
    const history = await sealed(name)
    expect(JSON.stringify(history)).toContain(Buffer.from('binary/encrypted').toString('base64'))
    expect(await replay(history)).toBeUndefined()
  })

  test('a sealed history does not replay without the key, and says which one it needs', async () => {
    const history = await sealed('run-completed.json')
    const other = { payloadCodecs: [createPayloadCodec(KeyRing.of(Buffer.alloc(32, 8)))] }
    expect(await replay(history, other)).toContain(fingerprintOf(testKey))
  })

  test('a history that is not sealed replays without a codec, as before', async () => {
    expect(await replay(read(currentVersion, 'run-completed.json'), {})).toBeUndefined()
  })
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
