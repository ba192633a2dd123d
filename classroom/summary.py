def write_summary(course, assignment):
    return []
