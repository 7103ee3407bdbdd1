import type { Connection, metadataV12 } from '@platformatic/kafka'
import { metadata } from '../../../functions/adapters/kafka/api-versions.ts'
import { LogFailure } from '../partition-log.ts'
import { type Connect, hangUp } from './connection.ts'
import { metadataFailure, toLogFailure } from './failure.ts'

/** Who leads a partition. */
export interface Leader {
  readonly topicId: string
  readonly address: string
  readonly epoch: number
}

/** Knows the leaders of partitions, and asks again for those that turned out wrong. */
export interface Leaders {
  leaderOf(topic: string, partition: number): Promise<Leader>
  /** The leader did not answer, or says that it is none. */
  forget(topic: string, partition: number, wrong: Leader): void
  /** Calls on some broker that answers. */
  ask<T>(call: (connection: Connection) => Promise<T>): Promise<T>
  close(): void
}

/** Asks the metadata of these topics from the brokers at these addresses and all that they name. */
export function leadersOf(connect: Connect, bootstrap: readonly string[]): Leaders {
  const addresses = [...new Set(bootstrap)]
  const topics = new Set<string>()
  const known = new Map<string, Leader>()
  /** The newest ever seen, to tell what a broker that lags behind says of a partition. */
  const newest = new Map<string, Leader>()
  let link: Promise<Connection> | undefined
  let refreshing: Promise<metadataV12.MetadataResponse> | undefined

  const drop = (): void => {
    link?.then(hangUp, () => undefined)
    link = undefined
  }

  /** Each failure moves on to the next address, which is the next attempt's. */
  const nextAddress = (): string => {
    const address = addresses.shift()
    if (address === undefined) throw new Error('there is no address to begin with')
    addresses.push(address)
    return address
  }

  const ask = async <T>(call: (connection: Connection) => Promise<T>): Promise<T> => {
    let failure: unknown
    for (let attempts = addresses.length; attempts > 0; attempts--) {
      link ??= connect(nextAddress())
      const mine = link
      try {
        const connection = await mine
        if (connection.isConnected()) return await call(connection)
        if (link === mine) drop()
      } catch (error) {
        if (link === mine) drop()
        failure = error
        if (toLogFailure(error).effect !== 'retry') break
      }
    }
    throw failure === undefined ? new LogFailure('CONNECTION_CLOSED', 'retry') : toLogFailure(failure)
  }

  const refresh = async (): Promise<metadataV12.MetadataResponse> => {
    const answer = await ask((connection) => metadata.async(connection, [...topics], false, false))
    const brokers = new Map(answer.brokers.map(({ nodeId, host, port }) => [nodeId, `${host}:${port}`]))
    for (const address of brokers.values()) if (!addresses.includes(address)) addresses.push(address)
    known.clear()
    for (const { name, topicId, partitions } of answer.topics) {
      for (const { partitionIndex, leaderId, leaderEpoch } of partitions) {
        const address = brokers.get(leaderId)
        const key = `${name}-${partitionIndex}`
        const before = newest.get(key)
        const outdated = before?.topicId === topicId && before.epoch > leaderEpoch
        if (address === undefined || outdated) continue
        const leader = { topicId, address, epoch: leaderEpoch }
        known.set(key, leader)
        newest.set(key, leader)
      }
    }
    return answer
  }

  return {
    ask,
    async leaderOf(topic, partition) {
      const key = `${topic}-${partition}`
      topics.add(topic)
      const leader = known.get(key)
      if (leader !== undefined) return leader
      refreshing ??= refresh().finally(() => {
        refreshing = undefined
      })
      const answer = await refreshing
      const found = known.get(key)
      if (found !== undefined) return found
      // The next broker may know more.
      drop()
      const view = answer.topics.find(({ name }) => name === topic)
      throw metadataFailure(view?.errorCode ?? 0) ?? new LogFailure('LEADER_NOT_AVAILABLE', 'retry')
    },
    forget(topic, partition, wrong) {
      const key = `${topic}-${partition}`
      if (known.get(key) === wrong) known.delete(key)
    },
    close: drop,
  }
}
