/** Small words for WhatsApp's binary XML. */
import {
  getBinaryNodeChild,
  getBinaryNodeChildren,
  type BinaryNode,
  type BinaryNodeAttributes,
} from '@whiskeysockets/baileys'
import { SERVER } from './jid.js'

export type { BinaryNode }
export const child = getBinaryNodeChild
export const children = getBinaryNodeChildren

export const node = (
  tag: string,
  attrs: BinaryNodeAttributes,
  content?: NonNullable<BinaryNode['content']>,
): BinaryNode => ({ tag, attrs, ...(content !== undefined && { content }) })

/** Unix time in seconds, as stanzas carry it. */
export const seconds = (): string => String(Math.floor(Date.now() / 1000))

export const firstChild = ({ content }: BinaryNode): BinaryNode | undefined =>
  Array.isArray(content) ? content[0] : undefined

export const bytesOf = (parent: BinaryNode | undefined, tag: string): Buffer => {
  const content = child(parent, tag)?.content
  if (content === undefined || Array.isArray(content)) throw new Error(`<${tag}> is missing or has no bytes`)
  return Buffer.from(content as Uint8Array)
}

const reply = (query: BinaryNode, type: 'result' | 'error', content?: BinaryNode[]): BinaryNode =>
  node('iq', { id: query.attrs.id ?? '', from: query.attrs.to ?? SERVER, type }, content)

export const result = (query: BinaryNode, content?: BinaryNode[]) => reply(query, 'result', content)

export const errorResult = (query: BinaryNode, code: number, text: string) =>
  reply(query, 'error', [node('error', { code: String(code), text })])
