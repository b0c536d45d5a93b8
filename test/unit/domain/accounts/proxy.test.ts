import { expect, it } from 'vitest'
import { proxyPlace, proxyProblem } from '../../../../src/domain/accounts/proxy.js'

it.each([
  ['http://proxy:3128', 'http://proxy:3128'],
  ['http://proxy', 'http://proxy:80'],
  ['https://carillon:p%40ss@proxy.example/', 'https://proxy.example:443'],
  ['socks5://carillon:secret@10.0.0.1', 'socks5://10.0.0.1:1080'],
  ['socks5://[::1]:9050', 'socks5://[::1]:9050'],
])('%s is a proxy, shown without its credentials', (url, place) => {
  expect(proxyProblem(url)).toBeUndefined()
  expect(proxyPlace(url)).toBe(place)
})

it.each([
  'proxy:3128',
  'ftp://user:secret@proxy',
  'socks4://proxy',
  'http://',
  'http://proxy/path',
  'http://proxy:0',
  'http://a:%zz@proxy:1',
  '',
])('%s is none, and is not repeated', (url) => {
  const problem = proxyProblem(url)
  expect(problem).toMatch(/^expected /)
  expect(problem).not.toContain('secret')
})
