import type { KafkaTarget } from './kafka-target.ts'

/** A broker that is registered; fenced ones do not serve. */
export interface RegisteredBroker {
  readonly nodeId: number
  readonly fenced: boolean
}

/** The levels of a feature that a release can work at. */
export interface LevelRange {
  readonly min: number
  readonly max: number
}

/** A listener that was asked what it supports. */
export interface NodeFeatures {
  readonly address: string
  readonly role: 'broker' | 'controller'
  /** Undefined where it did not answer. A feature that its release does not know is missing. */
  readonly supported: ReadonlyMap<string, LevelRange> | undefined
  /** The levels that it works at; empty where it did not answer. */
  readonly finalised: ReadonlyMap<string, number>
}

/** The features of a cluster. */
export interface FeaturesView {
  /** What the cluster works at, as the node with the newest word tells; a feature at level 0 is missing. */
  readonly finalised: ReadonlyMap<string, number>
  /** Every listener of the target, brokers first. */
  readonly nodes: readonly NodeFeatures[]
}

/** Which way levels are changed. Kafka refuses a downgrade that would lose metadata. */
export type FeatureChange = 'upgrade' | 'safeDowngrade'

/** The feature of the quorum's own protocol: a static quorum that finalises it cannot go back and is no longer one. */
export const QUORUM_FEATURE = 'kraft.version'

/** Who belongs to a cluster, and what all of its nodes can work at. Every call may be repeated. */
export interface KafkaMembership {
  /** Every broker that is registered, fenced ones too; `unknown` where the release does not tell of those (before 4.0). */
  registeredBrokers(target: KafkaTarget): Promise<readonly RegisteredBroker[] | 'unknown'>
  /**
   * Forgets a broker, through the controllers. Kafka does so also with one that lives or holds replicas: it must be empty
   * and stopped before. Not registered is fine.
   */
  unregisterBroker(target: KafkaTarget, nodeId: number): Promise<void>
  /** Asks every listener of the target at once. KAFKA_UNAVAILABLE when none of them answers. */
  features(target: KafkaTarget): Promise<FeaturesView>
  /**
   * Finalises exactly these levels; with `validateOnly` Kafka only says whether it would. The level that it has already is
   * no refusal. INVALID_FIELD with Kafka's words where it refuses, and always for `kraft.version`.
   */
  updateFeatures(
    target: KafkaTarget,
    levels: Readonly<Record<string, number>>,
    options: { readonly validateOnly: boolean; readonly kind: FeatureChange },
  ): Promise<void>
}
