"""One bot answered by several processes over one database: who takes what, who leads, who fetches."""
