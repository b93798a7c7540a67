"""The Ministry of Internal Affairs: a portal for people. There is no interface for machines, on purpose."""
