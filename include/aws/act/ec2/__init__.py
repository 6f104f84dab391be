"""Actions on EC2: instances, volumes, snapshots, addresses, NAT gateways."""
