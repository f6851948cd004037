from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('markets', '0003_corporate_actions'),
    ]

    operations = [
        migrations.AddField(
            model_name='datasetrow',
            name='parent',
            field=models.CharField(blank=True, default='', help_text='The data set that this one repairs.', max_length=36),
        ),
    ]
