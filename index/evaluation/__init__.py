"""How well questions are answered: rankings beside plain peers, refusals, and the sentences that are marked."""
