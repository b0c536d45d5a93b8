import { expect, test } from 'vitest'
import { shareByPart } from '../../../proofs/shared/cpu-profile.js'

const node = (id: number, url: string, functionName = 'f') => ({ id, callFrame: { functionName, url } })

test('processor time is shared out by package, by folder of ours, to Node and to V8, without idle time', () => {
  const shares = shareByPart({
    nodes: [
      node(1, '', '(idle)'),
      node(2, '', '(garbage collector)'),
      node(3, 'node:internal/streams/readable'),
      node(4, 'file:///x/node_modules/pg/lib/client.js'),
      node(5, 'file:///x/node_modules/@grpc/grpc-js/node_modules/protobufjs/src/reader.js'),
      node(6, 'file:///x/dist/src/api/v1/read.js'),
      node(7, 'file:///x/node_modules/@hono/node-server/dist/index.mjs'),
    ],
    samples: [1, 2, 3, 4, 5, 6, 7, 6],
    timeDeltas: [500, 10, 10, 20, 20, 10, 20, 10],
  })
  expect(shares).toEqual({
    pg: 0.2,
    protobufjs: 0.2,
    'src/api': 0.2,
    '@hono/node-server': 0.2,
    '(garbage collector)': 0.1,
    Node: 0.1,
  })
})
