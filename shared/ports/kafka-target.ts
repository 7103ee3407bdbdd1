/** How to reach one cluster from the control plane: its internal mTLS listeners. */
export interface KafkaTarget {
  readonly tenantId: string
  readonly clusterId: string
  /** Kafka's version decides which API versions are spoken. */
  readonly kafkaVersion: string
  /** `host:9091` of the brokers. */
  readonly brokers: readonly string[]
  /** `host:9093` of the controllers. */
  readonly controllers: readonly string[]
  /** `host:9092` of the brokers, for the canary, which goes the tenants' way. */
  readonly clientListeners: readonly string[]
}
