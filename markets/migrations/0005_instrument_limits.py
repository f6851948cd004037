from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('markets', '0004_datasetrow_parent'),
    ]

    operations = [
        migrations.AddField(
            model_name='addedinstrument',
            name='maker_ppm',
            field=models.PositiveIntegerField(default=200),
        ),
        migrations.AddField(
            model_name='addedinstrument',
            name='taker_ppm',
            field=models.PositiveIntegerField(default=500),
        ),
        migrations.AddField(
            model_name='addedinstrument',
            name='min_lots',
            field=models.PositiveBigIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='addedinstrument',
            name='max_lots',
            field=models.PositiveBigIntegerField(default=0),
        ),
    ]
