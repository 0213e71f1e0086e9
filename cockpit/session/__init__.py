"""The session over one portfolio: it watches, reads, keeps, has it judged, and answers whoever looks or signs."""
