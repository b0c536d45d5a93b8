import { describe, expect, it } from 'vitest'
import { inLanes } from '../../src/in-lanes.js'

describe('lanes', () => {
  async function* numbers(count: number) {
    for (let index = 0; index < count; index++) yield await Promise.resolve(index)
  }

  it('work on so many at a time, and on each once', async () => {
    let atOnce = 0
    let most = 0
    const seen: number[] = []
    const work = async (index: number) => {
      most = Math.max(most, ++atOnce)
      seen.push(index)
      await new Promise((resolve) => setTimeout(resolve, 1))
      atOnce -= 1
    }
    await inLanes(numbers(50), { lanes: 4, work })
    expect(most).toBe(4)
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index))
  })

  it('begin nothing more after a failure, and wait for what is under way', async () => {
    let ended = 0
    let begun = 0
    const work = async (index: number) => {
      begun += 1
      if (index === 1) throw new Error('broken')
      await new Promise((resolve) => setTimeout(resolve, 20))
      ended += 1
    }
    await expect(inLanes(numbers(50), { lanes: 3, work })).rejects.toThrow('broken')
    expect(begun).toBe(3)
    expect(ended).toBe(2)
  })

  it('ask for an item when there is a lane for it, and no earlier', async () => {
    let asked = 0
    let begun = 0
    function* counted() {
      while (asked < 20) yield ++asked
    }
    const work = async () => {
      begun += 1
      expect(asked).toBe(begun)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await inLanes(counted(), { lanes: 1, work })
    expect(begun).toBe(20)
  })
})
