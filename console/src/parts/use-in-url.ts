import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import { textIn } from './address.js'

/**
 * A choice that is part of where one is: it is in the address, so that a reload, back and forward, and a link that is passed on
 * find it. The usual one is not named there.
 */
export function useInUrl<Choice extends string>(
  name: string,
  choices: readonly Choice[],
  usual: Choice,
): [Choice, (choice: Choice) => void] {
  const [written, write] = useTextInUrl(name)
  const choice = choices.find((one) => one === written) ?? usual
  return [choice, useCallback((chosen) => write(chosen === usual ? '' : chosen), [write, usual])]
}

/** The same for what is typed. Nothing typed is no name in the address. */
export function useTextInUrl(name: string): [string, (text: string) => void] {
  const navigate = useNavigate()
  const written = useSearch({
    strict: false,
    select: (search: Record<string, unknown>): string => textIn(search, name)[name] ?? '',
  })
  const write = useCallback(
    (text: string) => {
      if (text === written) return
      void navigate({
        to: '.',
        search: (before: Record<string, unknown>) => ({ ...before, [name]: text === '' ? undefined : text }),
        replace: true,
        resetScroll: false,
      })
    },
    [navigate, name, written],
  )
  return [written, write]
}
