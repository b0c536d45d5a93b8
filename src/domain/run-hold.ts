/** Why a run may send nothing, as its row has it: what was asked for last, of the run or of its reminder, counts. */
export type RunHold = { kind: 'pause' | 'cancel'; because: string }

/** A run that nothing holds has no `hold`. One that has ended is over, whoever ended it. */
export type HeldRun = { hold?: RunHold; hasEnded?: true }

/** An operator's request of one run. */
export type RunWish = RunHold | { kind: 'resume' }
