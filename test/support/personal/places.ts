import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Client, Connection, type WorkflowExecutionInfo } from '@temporalio/client'
import type { Payload } from '@temporalio/common'
import { isSealedPayload, openPayload } from '../../../src/codec/payload-codec.js'
import { inLanes } from '../../../src/in-lanes.js'
import { EncryptionKeyError } from '../../../src/store/encryption/key-ring.js'
import { testRing } from '../database.js'
import type { Finder, Finding } from './find.js'

export type Found = Finding & { where: string }

/** In the logs of this folder that were written since then. */
export function findInLogs(
  find: Finder,
  { folder, sinceMs, isMeant }: { folder: string; sinceMs: number; isMeant: (name: string) => boolean },
): { files: number; found: Found[] } {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.log') && isMeant(name))
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).mtimeMs >= sinceMs)
  return {
    files: files.length,
    found: files.flatMap((where) => find(readFileSync(where, 'utf8')).map((one) => ({ ...one, where }))),
  }
}

const chunkBytes = 32 * 1024 * 1024
/** Longer than whatever is looked for. */
const overlapBytes = 16 * 1024

/** In the files of a database, as they are on the disk: the file itself, and what is not written into it yet. */
export function findInFiles(find: Finder, files: readonly string[]): { bytes: number; found: Found[] } {
  const found: Found[] = []
  let bytes = 0
  for (const where of files.filter((file) => existsSync(file))) {
    const file = openSync(where, 'r')
    try {
      const chunk = Buffer.alloc(chunkBytes)
      for (let at = 0, read = 0; ; at += read - overlapBytes) {
        read = readSync(file, chunk, 0, chunkBytes, at)
        found.push(...find(chunk.subarray(0, read)).map((one) => ({ ...one, where })))
        if (read < chunkBytes) break
      }
      bytes += statSync(where).size
    } finally {
      closeSync(file)
    }
  }
  return { bytes, found }
}

const lanes = 8

/** In all histories of a Temporal, and what its lists show of them: ids, search attributes, memos. */
export async function findInHistories(
  find: Finder,
  { address, isMeant }: { address: string; isMeant: (namespace: string) => boolean },
): Promise<{ histories: number; events: number; found: Found[] }> {
  const connection = await Connection.connect({ address })
  const found: Found[] = []
  let histories = 0
  let events = 0
  try {
    const namespaces = (await namespacesOf(connection)).filter(isMeant)
    await inLanes(workflowsOf(connection, namespaces), {
      lanes,
      work: async ({ namespace, workflowId, runId, raw }) => {
        const history = await eventsOf(connection, { namespace, workflowId, runId })
        histories += 1
        events += history.length
        const text = [raw, ...history].map(asText).join('\n')
        found.push(...find(text).map((one) => ({ ...one, where: `${namespace}, ${workflowId}` })))
      },
    })
  } finally {
    await connection.close()
  }
  return { histories, events, found }
}

/** Of all at once: most tests leave a few, and no lane waits for the last of a namespace. */
async function* workflowsOf(
  connection: Connection,
  namespaces: readonly string[],
): AsyncGenerator<WorkflowExecutionInfo & { namespace: string }> {
  for (const namespace of namespaces)
    for await (const info of new Client({ connection, namespace }).workflow.list())
      yield { ...info, namespace }
}

async function namespacesOf({ workflowService }: Connection): Promise<string[]> {
  const names: string[] = []
  let nextPageToken: Uint8Array | undefined
  do {
    const page = await workflowService.listNamespaces({
      pageSize: 100,
      ...(nextPageToken && { nextPageToken }),
    })
    names.push(...page.namespaces.flatMap(({ namespaceInfo }) => namespaceInfo?.name ?? []))
    nextPageToken = page.nextPageToken
  } while (nextPageToken !== undefined && nextPageToken.length > 0)
  return names.filter((name) => name !== 'temporal-system')
}

async function eventsOf(
  { workflowService }: Connection,
  { namespace, workflowId, runId }: { namespace: string; workflowId: string; runId: string },
): Promise<unknown[]> {
  const events: unknown[] = []
  let nextPageToken: Uint8Array | undefined
  do {
    const page = await workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId, runId },
      maximumPageSize: 1_000,
      ...(nextPageToken && { nextPageToken }),
    })
    events.push(...(page.history?.events ?? []))
    nextPageToken = page.nextPageToken
  } while (nextPageToken !== undefined && nextPageToken.length > 0)
  return events
}

/** All names and values. Payloads are bytes, which are read as the text that ours are; as JSON they would be base64. */
function asText(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries('metadata' in value ? opened(value as Payload) : value)
    .map(([name, field]) => `${name} ${asText(field)}`)
    .join('\n')
}

/**
 * Nothing personal may be in a payload, sealed or not, but for a reason: it is what somebody typed, and it travels sealed.
 * Some tests have keys of their own.
 */
function opened(payload: Payload): Payload {
  if (!isSealedPayload(payload)) return payload
  try {
    const { data, ...rest } = openPayload(testRing, payload)
    return { ...rest, data: Buffer.from(withoutReasons(Buffer.from(data ?? []).toString())) }
  } catch (error) {
    if (error instanceof EncryptionKeyError) return payload
    throw error
  }
}

function withoutReasons(json: string): string {
  return json.replaceAll(/"reason":"(?:[^"\\]|\\.)*"/g, '"reason":""')
}
