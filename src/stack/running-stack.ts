import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { StackError } from './errors.js'
import { describeHome } from './home.js'
import { isRunning, processIdentitySchema, self } from './process-identity.js'

const childSchema = processIdentitySchema.extend({
  name: z.enum(['Temporal Web UI', 'Temporal', 'Postgres']),
  stopSignal: z.enum(['SIGINT', 'SIGTERM']),
})

const recordSchema = z.object({
  /** The process that started it. */
  owner: processIdentitySchema,
  children: z.array(childSchema),
  /** Absent while it starts. */
  addresses: z
    .object({
      temporalAddress: z.string(),
      temporalNamespace: z.string(),
      databaseUrl: z.string(),
      webUiUrl: z.string().optional(),
    })
    .optional(),
})

export type StackRecord = z.infer<typeof recordSchema>
export type ChildRecord = z.infer<typeof childSchema>
export type StackAddresses = NonNullable<StackRecord['addresses']>

/** The system that runs in this home now, with where to reach it; undefined if none does or it is still starting. */
export function readRunningStack(homePath: string): (StackAddresses & { pid: number }) | undefined {
  const record = readRecord(describeHome(homePath).recordFile)
  if (!record?.addresses || !isRunning(record.owner)) return undefined
  return { ...record.addresses, pid: record.owner.pid }
}

export function readRecord(file: string): StackRecord | undefined {
  if (!existsSync(file)) return undefined
  try {
    return recordSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    throw new StackError(`${file} can't be read (${String(error)}). If no Carillon runs here, remove it.`, {
      cause: error,
    })
  }
}

/** The running parts of the stack, on disk at once: whoever comes after a kill -9 finds our children there. */
export class RecordFile {
  private record: StackRecord = { owner: self(), children: [] }
  constructor(private readonly file: string) {}

  addChild(child: ChildRecord): void {
    this.record.children.push(child)
    this.write()
  }

  ready(addresses: StackAddresses): void {
    this.record.addresses = addresses
    this.write()
  }

  remove(): void {
    rmSync(this.file, { force: true })
  }

  /** Readable by its owner only: the database's address holds its password. */
  private write(): void {
    const unfinished = `${this.file}.${process.pid}`
    writeFileSync(unfinished, `${JSON.stringify(this.record, null, 2)}\n`, { mode: 0o600 })
    renameSync(unfinished, this.file)
  }
}
