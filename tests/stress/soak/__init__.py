"""A bot at work for an hour: does it keep to its memory, its threads and its files?"""
