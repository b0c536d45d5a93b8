/** The media servers: HTTPS upload and download of the encrypted files, kept on disk. */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { Server } from 'node:net'
import { join } from 'node:path'
import type { Upload, Uploads } from './contract.js'
import type { Faults } from './faults.js'
import { listen } from './listening.js'
import { node, result, type BinaryNode } from './node.js'
import type { Networks } from './way.js'

const MAX_UPLOAD_BYTES = 100 * 1024 * 1024
const LIFETIME_SECONDS = '3600'

export type MediaEvent = { t: 'upload'; upload: Upload }
type Options = {
  stateDir: string
  tls: { key: string; cert: string }
  faults: Faults
  networks: Networks
  record: (event: MediaEvent) => void
  failed: (error: unknown) => void
}

export class MediaServer {
  readonly #options: Options
  /** What listens: the server's connections come by way of the network. */
  readonly #front: Server
  readonly #folder: string
  readonly #uploads = new Map<string, Upload>()
  readonly #own = new Set<string>()
  #refused = 0
  port = 0

  constructor(options: Options) {
    this.#options = options
    this.#folder = join(options.stateDir, 'uploads')
    mkdirSync(this.#folder, { recursive: true })
    const server = createServer(options.tls, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        options.failed(error)
        response.destroy()
      })
    })
    this.#front = options.networks.inFrontOf(server)
  }

  async listen(port: number): Promise<void> {
    this.port = await listen(this.#front, port, 'media')
  }

  close(): Promise<void> {
    return this.#options.networks.shut(this.#front)
  }

  apply({ upload }: MediaEvent): void {
    this.#uploads.set(upload.path, upload)
  }

  snapshot(): MediaEvent[] {
    return [...this.#uploads.values()].map((upload) => ({ t: 'upload', upload }))
  }

  /** A file of the server's own, that a client may download. */
  keep(directPath: string, file: Buffer): void {
    const path = new URL(directPath, 'https://media').pathname
    writeFileSync(this.#fileOf(path), file)
    this.#own.add(path)
  }

  /** How often each file was asked for. */
  readonly downloads: Record<string, number> = {}

  uploads(): Uploads {
    const uploads = [...this.#uploads.values()]
    const totalBytes = uploads.reduce((sum, { bytes }) => sum + bytes, 0)
    return { count: uploads.length, totalBytes, refused: this.#refused, uploads }
  }

  get host(): string {
    return `127.0.0.1:${this.port}`
  }

  /** The `w:m` namespace: where to upload. The host name may carry a port; the scheme is always https. */
  answerConnection(query: BinaryNode): BinaryNode {
    const attrs = { auth: 'simulator', ttl: LIFETIME_SECONDS, auth_ttl: LIFETIME_SECONDS, max_buckets: '12' }
    const host = node('host', { hostname: this.host, maxContentLengthBytes: String(MAX_UPLOAD_BYTES) })
    return result(query, [node('media_conn', attrs, [host])])
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'https://media').pathname
    if (request.method === 'POST') await this.#upload(path, request, response)
    else this.#download(path, response)
  }

  async #upload(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const failure = this.#options.faults.take('uploadFailure', {})
    response.setHeader('content-type', 'application/json')
    if (failure) {
      this.#refused += 1
      response.writeHead(failure.status).end('{}')
      return
    }
    const body = Buffer.concat(chunks)
    writeFileSync(`${this.#fileOf(path)}.new`, body)
    renameSync(`${this.#fileOf(path)}.new`, this.#fileOf(path))
    const event: MediaEvent = { t: 'upload', upload: { path, bytes: body.length, at: Date.now() } }
    this.#options.record(event)
    this.apply(event)
    response.end(JSON.stringify({ url: `https://${this.host}${path}`, direct_path: path }))
  }

  #download(path: string, response: ServerResponse): void {
    const file = this.#fileOf(path)
    this.downloads[path] = (this.downloads[path] ?? 0) + 1
    const failure = this.#options.faults.take('downloadFailure', {})
    const isKnown = (this.#uploads.has(path) || this.#own.has(path)) && existsSync(file)
    if (failure || !isKnown) {
      response.writeHead(failure?.status ?? 404).end()
      return
    }
    createReadStream(file)
      .on('error', (error) => response.destroy(error))
      .pipe(response)
  }

  /** Paths are the clients' own words: only their hash names a file. */
  #fileOf(path: string): string {
    return join(this.#folder, createHash('sha256').update(path).digest('hex'))
  }
}
