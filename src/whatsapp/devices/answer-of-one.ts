import type { BinaryNode } from '../baileys.js'

/** The answer as it would be for this user alone: Baileys throws the whole one away for one user's `<error>`. */
export function answerOfOne(user: BinaryNode, inside?: 'usync'): BinaryNode {
  const list = { tag: 'list', attrs: {}, content: [user] }
  const content = inside === undefined ? list : { tag: inside, attrs: {}, content: [list] }
  return { tag: 'iq', attrs: { type: 'result' }, content: [content] }
}
