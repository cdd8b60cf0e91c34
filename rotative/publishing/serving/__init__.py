"""What answers a request at run time: cache, single flight, negative cache, bulkheads. It needs no database."""
