"""Actions on Elastic Load Balancing: application, network, gateway and classic load balancers."""
